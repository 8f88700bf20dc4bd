using Microsoft.Extensions.DependencyInjection;
using Orleans.Embedded.Tests.Scripting;
using Orleans.Embedded.Tests.Testing;
using Orleans.Storage;

namespace Orleans.Embedded.Tests.Activations;

/// <summary>State that a grain reads when it is activated, and writes under the version that it read.</summary>
public sealed class PersistentStateTests : SiloTest
{
    private readonly ScriptedStorage _storage = new();

    [Fact]
    public async Task Activation_NoRecord_StartsWithANewState() =>
        (await NewCounter().Get()).ShouldSatisfyAllConditions(
            static report => report.Value.ShouldBe(0), static report => report.ETag.ShouldBeNull(), static report => report.Exists.ShouldBeFalse());

    [Fact]
    public async Task Activation_Record_IsReadBeforeOnActivate()
    {
        var counter = NewCounter();
        _storage.Overwrite("counter", counter.GetGrainId(), """{"Value":41}""");

        (await counter.Add(1)).ShouldSatisfyAllConditions(static report => report.Value.ShouldBe(42), static report => report.ETag.ShouldBe("2"));
    }

    [Fact]
    public async Task Write_IsThereForTheNextActivation()
    {
        var counter = NewCounter();
        var before = await counter.Add(5);
        await EndAsync(counter);

        var after = await counter.Get();

        after.Value.ShouldBe(5);
        after.ETag.ShouldBe("1");
        after.Activation.ShouldNotBe(before.Activation);
    }

    [Fact]
    public async Task Write_ChangedByAnother_CallerIsToldAndTheNextCallSeesWhatIsStored()
    {
        var counter = NewCounter();
        var before = await counter.Add(1);
        _storage.Overwrite("counter", counter.GetGrainId(), """{"Value":100}""");

        await Should.ThrowAsync<InconsistentStateException>(counter.Add(1));
        var after = await counter.Get();

        after.Value.ShouldBe(100);
        after.Activation.ShouldNotBe(before.Activation);
        (await counter.Add(1)).Value.ShouldBe(101);
    }

    [Fact]
    public async Task Write_ChangedByAnotherAndTheGrainHidesIt_IsActivatedAnewAllTheSame()
    {
        var counter = NewCounter();
        await counter.Add(1);
        _storage.Overwrite("counter", counter.GetGrainId(), """{"Value":100}""");

        await counter.AddCarelessly(1);

        (await counter.Get()).Value.ShouldBe(100);
    }

    [Fact]
    public async Task Write_StoreFails_CallerIsToldAndTheGrainStays()
    {
        var counter = NewCounter();
        var before = await counter.Add(1);
        _storage.OnWrite = static () => Task.FromException(new IOException("the disk is full"));

        (await Should.ThrowAsync<IOException>(counter.Add(1))).Message.ShouldBe("the disk is full");
        _storage.OnWrite = static () => Task.CompletedTask;

        (await counter.Get()).Activation.ShouldBe(before.Activation);
    }

    [Fact]
    public async Task Activation_StoreFails_CallerIsToldAndTheNextCallTriesAgain()
    {
        var counter = NewCounter();
        _storage.OnRead = static () => Task.FromException(new TimeoutException("the database is away"));

        (await Should.ThrowAsync<TimeoutException>(counter.Get())).Message.ShouldBe("the database is away");
        _storage.OnRead = static () => Task.CompletedTask;

        (await counter.Get()).Value.ShouldBe(0);
    }

    [Fact]
    public async Task Clear_TheRecordIsGoneAndTheStateIsNew()
    {
        var counter = NewCounter();
        await counter.Add(7);

        await counter.Clear();

        (await counter.Get()).ShouldSatisfyAllConditions(static report => report.Value.ShouldBe(0), static report => report.Exists.ShouldBeFalse());
        (await counter.Add(1)).ETag.ShouldBe("1");
    }

    [Fact]
    public async Task Read_SeesWhatAnotherWrote()
    {
        var counter = NewCounter();
        await counter.Add(1);
        _storage.Overwrite("counter", counter.GetGrainId(), """{"Value":8}""");

        await counter.Reread();

        (await counter.Add(1)).Value.ShouldBe(9);
    }

    [Fact]
    public async Task Activation_NoSuchProvider_NamesGrainStateAndProvider()
    {
        var failure = await Should.ThrowAsync<OrleansConfigurationException>(Grains.GetGrain<IUnstoredGrain>("a").Call());

        failure.Message.ShouldContain(nameof(UnstoredGrain));
        failure.Message.ShouldContain("the state 'state' wants the storage provider 'nowhere', which is not registered");
    }

    protected override void Configure(ISiloBuilder silo) => silo.Services.AddKeyedSingleton<IGrainStorage>("scripted", _storage);

    private ICounterGrain NewCounter() => Grains.GetGrain<ICounterGrain>(Script.NewName());

    private async Task EndAsync(ICounterGrain counter)
    {
        var activation = Silos.Runtime().Directory.Find(counter.GetGrainId())!;
        activation.Deactivate(new DeactivationReason(DeactivationReasonCode.RuntimeRequested, "the test asks for it"));
        await activation.Deactivated.WaitAsync(Limit.Long);
    }
}
