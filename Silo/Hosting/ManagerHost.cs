using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Warren.Clusters;
using Warren.Grains.Clusters;
using Warren.Grains.Hosting;
using Warren.Grains.Objects;
using Warren.Hosting;
using Warren.Hosting.Identities;
using Warren.Hosting.Security;
using Warren.Nodes;
using Warren.Security;
using Warren.Silo.Api.Hosting;
using Warren.Silo.Authorisation;
using Warren.Silo.Clusters;
using Warren.Silo.Images;
using Warren.Silo.Secrets;
using Warren.Silo.Keeping;
using Warren.Silo.Precedence;
using Warren.Silo.Stores;

namespace Warren.Silo.Hosting;

/// <summary>A manager's process: a silo with its store.</summary>
public static class ManagerHost
{
    private const int WrongOptions = 2;

    /// <summary>Runs until SIGTERM, SIGINT or the token.</summary>
    /// <returns>
    /// The exit code: 0 after a stop in good order, 2 for settings that cannot be used, <see cref="OwnRevocation.ExitCode"/> when its certificate was revoked,
    /// else what the engine set.
    /// </returns>
    public static async Task<int> RunAsync(ManagerOptions options, CancellationToken cancellationToken)
    {
        var problems = ManagerOptionsValidator.FindProblems(options).ToList();
        if (problems.Count > 0)
            return Refuse(problems);
        try
        {
            Directory.CreateDirectory(options.DataDirectory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            var own = options.Identity is null ? FolderOf(options) : null;
            var passphrase = options.PassphraseFile is { } secret ? Passphrase.Read(secret, Console.In) : null;
            if (own is not null) options = await ManagerIdentity.EnsureAsync(options, KeyFileOf(options, passphrase), own, cancellationToken);
            using var host = Build(options, mayBeJoined: own is not null, passphrase);
            await host.StartAsync(cancellationToken);
            if (own is not null) await ClusterFounding.EstablishAsync(own, host.Services.GetRequiredService<IGrainFactory>());
            var forgetting = own is null ? Task.CompletedTask : ForgetTokensAsync(own, host.Services);
            // Says to whoever started it, and waits for it, that calls are taken.
            Console.WriteLine($"manager {options.Name} is ready on {options.Address}:{options.Port}");
            await host.WaitForShutdownAsync(cancellationToken);
            await forgetting;
            return Environment.ExitCode;
        }
        catch (IdentityException failure)
        {
            return Refuse(failure.Problems);
        }
        catch (Exception failure) when (failure is IOException or InvalidDataException or ConflictException or JoinRefusedException)
        {
            return Refuse([failure.Message]);
        }
    }

    /// <summary>The process, not started.</summary>
    /// <param name="options">Its settings.</param>
    /// <param name="mayBeJoined">Whether the cluster has its own authority, so that machines join by token.</param>
    /// <param name="passphrase">What the key file is locked with. Default (null): nothing.</param>
    /// <exception cref="IdentityException">The files of the identity cannot be used.</exception>
    /// <exception cref="IOException">The data folder, the file of the connection string or that of the data key cannot be used.</exception>
    internal static IHost Build(ManagerOptions options, bool mayBeJoined = false, Passphrase? passphrase = null)
    {
        Directory.CreateDirectory(options.DataDirectory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var postgres = options.PostgresFile is { } file ? File.ReadAllText(file).Trim() : null;

        // The only manager of a cluster has its authority as well, and so gets itself another certificate once it runs: there is nobody who could give it a token.
        var isAlone = mayBeJoined && postgres is null;
        var identity = options.Identity is { } files ? new FileIdentity(files, TimeProvider.System, mayHaveEnded: isAlone) : null;
        var board = new TrustBoard();
        if (mayBeJoined) TrustWatcher.Restore(new(options.DataDirectory), board);
        if (identity is not null && board.IsRevoked(identity.Own)) throw new ConflictException($"this manager's certificate ({identity.Own.Subject}) was revoked; {OwnRevocation.Advice}");
        var held = identity is null ? null : new HeldCertificates(identity, board);

        // A manager that shares a store must have the key of the others: one that it made itself would read none of their secrets.
        var keyFile = KeyFileOf(options, passphrase);
        var fileKey = keyFile.Load(mayMake: options.DataKeyFile is null && !mayBeJoined);
        var subject = identity is not null && CertificateSubject.TryRead(identity.Own, out var read) ? read : null;
        var builder = RoleHost.CreateBuilder(options.LogLevel);
        RoleHost.Quieten(builder, "Orleans", LogLevel.Warning, options.LogLevel);
        builder.UseOrleans(silo =>
        {
            silo.Configure<ClusterOptions>(RoleHost.Name);
            silo.Configure<SiloOptions>(named => named.SiloName = options.Name);
            silo.ConfigureEndpoints(IPAddress.Parse(options.Address), options.Port, gatewayPort: 0);
            silo.AddWarrenStore(store =>
                _ = postgres is null ? store.UseSqlite(Path.Combine(options.DataDirectory, "store.db")) : store.UsePostgres(postgres));
            silo.AddReminders();
            silo.AddImageResolution(options.Images);
            silo.Services.AddSingleton(board);
            silo.AddControlPlane(options.CopyLease);
            silo.AddKeeper();
            silo.AddRehearsal();
            silo.Configure<CertificateOptions>(certificates => (certificates.Lifetime, certificates.RotationDeadline) = (options.CertificateLifetime, options.RotationDeadline));
            silo.Services.AddSingleton(provider => new ClusterKeys(
                keyFile,
                fileKey,
                subject?.Cluster ?? provider.GetRequiredService<IOptions<ClusterOptions>>().Value.ServiceId,
                subject?.Name ?? options.Name,
                options.Name,
                provider.GetRequiredService<WarrenStore>().States,
                TimeProvider.System,
                provider.GetRequiredService<ILogger<ClusterKeys>>()));
            silo.Services.AddSingleton<ISecretSealer>(provider => provider.GetRequiredService<ClusterKeys>());
            silo.Services.AddSingleton<Refusals>();
            if (held is not null)
                silo.UseCertificates(held).AddCallerPolicy().AddCallPrecedence();
        });

        // Behind the silo, which must be a member to write, and before all that takes calls.
        builder.Services.AddHostedService(provider => new KeyKeeper(
            provider.GetRequiredService<ClusterKeys>(), isShared: postgres is not null, TimeProvider.System, provider.GetRequiredService<ILogger<KeyKeeper>>()));
        if (mayBeJoined)
        {
            var folder = FolderOf(options);
            var node = folder.EnsureNode('m');
            IClusterGrain Cluster(IServiceProvider provider) => provider.GetRequiredService<IGrainFactory>().GetGrain<IClusterGrain>(IClusterGrain.Key);
            builder.Services.AddHostedService(provider =>
            {
                var renewer = new CertificateRenewer(
                    folder,
                    request => Cluster(provider).RenewAsync(node, NodeRole.Manager, request),
                    report => Cluster(provider).ReportTrustAsync(node, report),
                    TimeProvider.System,
                    provider.GetRequiredService<ILogger<CertificateRenewer>>());
                board.Changed += trust => renewer.Tell(trust.Version);
                renewer.Tell(board.Current.Version);
                return renewer;
            });
            builder.Services.AddHostedService(provider => new TrustWatcher(
                folder, board, provider.GetRequiredService<IGrainFactory>(), TimeProvider.System, provider.GetRequiredService<ILogger<TrustWatcher>>()));
            builder.Services.AddHostedService(provider => new OwnRevocation(
                board, identity!, provider.GetRequiredService<IHostApplicationLifetime>(), TimeProvider.System, provider.GetRequiredService<ILogger<OwnRevocation>>()));
            builder.Services.AddHostedService(provider => new JoinListener(
                new(IPAddress.Parse(options.Address), options.JoinPort),
                identity!,
                provider.GetRequiredService<ClusterKeys>(),
                provider.GetRequiredService<IGrainFactory>(),
                TimeProvider.System,
                provider.GetRequiredService<ILogger<JoinListener>>()));
        }

        builder.AddApi(new(options.Name, options.ApiSocket, new(IPAddress.Parse(options.Address), options.ApiPort), new(IPAddress.Parse(options.Address), options.RestPort), held));
        var host = builder.Build();
        identity?.LogTo(host.Services.GetRequiredService<ILogger<FileIdentity>>());
        return host;
    }

    private static IdentityFolder FolderOf(ManagerOptions options) => new(options.DataDirectory) { Hosts = options.Hosts() };

    private static Task ForgetTokensAsync(IdentityFolder folder, IServiceProvider services) => FirstTokens.ForgetAsync(
        folder,
        TimeProvider.System,
        services.GetRequiredService<ILogger<FirstTokens>>(),
        services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping);

    private static KeyFile KeyFileOf(ManagerOptions options, Passphrase? passphrase) =>
        new(options.DataKeyFile ?? Path.Combine(options.DataDirectory, "data.key"), passphrase, options.RemovesPassphrase);

    private static int Refuse(IEnumerable<string> problems)
    {
        Console.Error.WriteLine("warrend manager cannot start:");
        foreach (var problem in problems)
            Console.Error.WriteLine("  " + problem);
        return WrongOptions;
    }
}
