using System.Data.Common;
using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Storage;
using Warren.Silo.Stores;

namespace Warren.Silo.Tests.Stores;

[Collection(StoreCollection.Name)]
public sealed class SiloBuilderStoreExtensionsTests(SharedPostgres postgres) : IAsyncLifetime
{
    private static readonly SiloAddress s_silo = SiloAddress.New(IPAddress.Loopback, 2390, 1);

    private readonly StoreSource _source = new(postgres);

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _source.DisposeAsync();

    [Fact]
    public async Task AddWarrenStore_Defaults_RegistersAllProvidersOfOneStore()
    {
        await using var provider = Build(options => options.UseSqlite(_source.SqliteFile).StorageNames.Add("other"));

        var states = provider.GetRequiredKeyedService<IGrainStorage>("Default");
        provider.GetRequiredKeyedService<IGrainStorage>("other").ShouldBeSameAs(states);
        provider.GetRequiredService<DbDataSource>().ConnectionString.ShouldContain(_source.SqliteFile);
        provider.GetRequiredService<IReminderTable>().ShouldNotBeNull();
        await FencingTests.JoinAsync(provider.GetRequiredService<WarrenStore>(), s_silo);
        await provider.GetRequiredService<WarrenStore>().WriteNewAsync("key", 1);
        (await provider.GetRequiredService<IMembershipTable>().ReadAll()).Members.Count.ShouldBe(1);
    }

    [Fact]
    public async Task AddWarrenStore_Fencing_UsesTheSilosAddressAndTheClustersNames()
    {
        await using var provider = Build(options => options.UseSqlite(_source.SqliteFile));
        var store = provider.GetRequiredService<WarrenStore>();
        await store.Members.InitializeMembershipTable(true);

        var refusal = await Should.ThrowAsync<StoreFencedException>(() => store.WriteNewAsync("key", 1));

        refusal.Message.ShouldContain("the silo 127.0.0.1:2390@1 is not a living member of cluster 'a cluster'");
    }

    [Fact]
    public async Task AddWarrenStore_StatesOnly_RegistersNothingElseAndDoesNotFence()
    {
        await using var provider = Build(options =>
        {
            options.UseSqlite(_source.SqliteFile);
            options.KeepsMembership = options.KeepsReminders = false;
        });

        provider.GetService<IMembershipTable>().ShouldBeNull();
        provider.GetService<IReminderTable>().ShouldBeNull();
        await provider.GetRequiredService<WarrenStore>().WriteNewAsync("key", 1);
    }

    [Fact]
    public async Task AddWarrenStore_FencingOff_LetsAnyoneWrite()
    {
        await using var provider = Build(options =>
        {
            options.UseSqlite(_source.SqliteFile);
            options.FencesDeadSilos = false;
        });

        await provider.GetRequiredService<WarrenStore>().WriteNewAsync("key", 1);
    }

    [Fact]
    public async Task AddWarrenStore_WrongOptions_AreReportedTogetherAtStart()
    {
        await using var provider = Build(options => options.Readers = 0);

        var failure = Should.Throw<OptionsValidationException>(() => provider.GetRequiredService<IStartupValidator>().Validate());

        failure.Failures.Count().ShouldBe(2);
        Should.Throw<OptionsValidationException>(() => provider.GetRequiredService<IMembershipTable>()).Failures.ShouldBe(failure.Failures);
    }

    [Fact]
    public async Task AddWarrenStore_ProviderIsDisposed_WritesWhatIsQueued()
    {
        Task write;
        await using (var provider = Build(options => options.UseSqlite(_source.SqliteFile).KeepsMembership = false))
        {
            // Resolved last, so a container that owned it would dispose of it first.
            var store = provider.GetRequiredService<WarrenStore>();
            provider.GetRequiredService<DbDataSource>().ShouldNotBeNull();
            write = store.WriteNewAsync("key", 1);
        }

        await write;
    }

    [Fact]
    public async Task AddWarrenStore_SchemaOfANewerRelease_EndsTheStart()
    {
        await using (var provider = Build(options => options.UseSqlite(_source.SqliteFile)))
        {
            await StartingAsync(provider);
            await using var newer = provider.GetRequiredService<DbDataSource>().CreateCommand("UPDATE warren_schema SET version = 999");
            await newer.ExecuteNonQueryAsync();
        }

        await using var older = Build(options => options.UseSqlite(_source.SqliteFile));

        var refusal = await Should.ThrowAsync<StoreException>(() => StartingAsync(older));

        refusal.Fault.ShouldBe(StoreFault.WrongSchema);
        refusal.Message.ShouldContain("its version is 999, of a newer release");
    }

    [Fact]
    public async Task AddWarrenStore_ServerIsAwayAtTheStart_LeavesTheWaitToTheSilo()
    {
        await using var provider = Build(options => options.UsePostgres("Host=127.0.0.1;Port=1;Username=nobody;Database=none"));

        await StartingAsync(provider);
    }

    private static Task StartingAsync(IServiceProvider provider) =>
        provider.GetServices<IHostedService>().OfType<IHostedLifecycleService>().Single().StartingAsync(default);

    private static ServiceProvider Build(Action<StoreOptions> configure)
    {
        var builder = new Builder();
        builder.Services.AddLogging();
        builder.Services.Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = ("a cluster", "a service"));
        builder.Services.AddSingleton<ILocalSiloDetails>(new Details());
        builder.AddWarrenStore(configure).ShouldBeSameAs(builder);
        return builder.Services.BuildServiceProvider();
    }

    private sealed class Builder : ISiloBuilder
    {
        public IServiceCollection Services { get; } = new ServiceCollection();

        public IConfiguration Configuration { get; } = new ConfigurationBuilder().Build();
    }

    private sealed class Details : ILocalSiloDetails
    {
        public string Name => "silo";

        public string ClusterId => "a cluster";

        public string DnsHostName => "host";

        public SiloAddress SiloAddress => s_silo;

        public SiloAddress GatewayAddress => s_silo;
    }
}
