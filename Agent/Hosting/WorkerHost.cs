using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Messaging;
using Warren.Agent.Assignments;
using Warren.Agent.Managers;
using Warren.Agent.Runtime.Preflight;
using Warren.Clusters;
using Warren.Hosting;
using Warren.Hosting.Identities;
using Warren.Hosting.Security;
using Warren.Nodes;

namespace Warren.Agent.Hosting;

/// <summary>A worker's process.</summary>
public static partial class WorkerHost
{
    private const int Refused = 2;

    private static readonly TimeSpan s_retryPause = TimeSpan.FromSeconds(1);

    /// <summary>Runs until SIGTERM, SIGINT or the token. Containers go on running afterwards; the next worker adopts them.</summary>
    /// <returns>
    /// The exit code: 0 after a stop in good order, 1 when another agent took the node over or something broke, 2 for settings or a machine that cannot be
    /// used, <see cref="RemovedNode.ExitCode"/> when the node was removed from the cluster.
    /// </returns>
    public static async Task<int> RunAsync(WorkerOptions options, CancellationToken cancellationToken)
    {
        var problems = WorkerOptionsValidator.FindProblems(options).ToList();
        if (problems.Count == 0 && options.Runtime == RuntimeKind.Containerd)
            problems.AddRange(await WorkerPreflight.CheckAsync(options.Containerd, TimeProvider.System, cancellationToken));
        using var locks = new WorkerLocks();
        if (problems.Count == 0) problems.AddRange(locks.Take(options));
        if (problems.Count > 0) return await RefuseAsync(problems);
        try
        {
            if (RemovedNode.Refusal(options) is { } removed) return await TellRemovedAsync(removed);
            await WorkAsync(await WorkerJoining.IdentifyAsync(options, cancellationToken), cancellationToken);
            if (Environment.ExitCode != RemovedNode.ExitCode) return Environment.ExitCode;
            RemovedNode.Erase(options, TimeProvider.System.GetUtcNow());
            return await TellRemovedAsync(RemovedNode.Describe(options));
        }
        catch (IdentityException failure)
        {
            return await RefuseAsync(failure.Problems);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Before it had joined.
            return 0;
        }
        catch (Exception failure) when (failure is IOException or InvalidDataException or UnauthorizedAccessException or JoinRefusedException)
        {
            return await RefuseAsync([failure.Message]);
        }
    }

    private static async Task WorkAsync(WorkerOptions options, CancellationToken cancellationToken)
    {
        var host = Build(options);
        // The parts end asynchronously, which a host's Dispose cannot wait for.
        await using var parts = (IAsyncDisposable)host;
        var lifetime = host.Services.GetRequiredService<IHostApplicationLifetime>();
        try
        {
            await host.StartAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            // It has ended itself while the client was still waiting for a manager.
        }

        await host.WaitForShutdownAsync(cancellationToken);
    }

    private static IHost Build(WorkerOptions options)
    {
        Directory.CreateDirectory(options.DataDirectory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var node = NodeIdFile.Ensure(options.DataDirectory, options.Node);
        var builder = RoleHost.CreateBuilder(options.LogLevel);
        RoleHost.Quieten(builder, "Orleans", LogLevel.Warning, options.LogLevel);

        // That managers are out of reach tells ManagerLink, and tells it rarely: each line is a write to a disk that may have to last for years.
        RoleHost.Quieten(builder, "Orleans.Runtime.Networking", LogLevel.Error, options.LogLevel);
        RoleHost.Quieten(builder, "Orleans.Runtime.EngineLog", LogLevel.Error, options.LogLevel);
        builder.Services.AddAgent(options);

        // What the node runs is none the worse for a certificate that has ended, or for a clock that says so.
        var identity = options.Identity is { } files ? new FileIdentity(files, TimeProvider.System, mayHaveEnded: true) : null;
        if (identity is not null) builder.Services.AddSingleton(new NodeSealer(node, identity));
        var folder = new IdentityFolder(options.DataDirectory);
        var revoked = identity is null ? null : new RevocationList(folder, new(node, identity));
        var follows = options.Identity == folder.Files;
        if (follows)
        {
            INodeLink Link(IServiceProvider provider) => provider.GetRequiredService<IGrainFactory>().GetGrain<INodeLink>(node.Value);
            builder.Services.AddSingleton(provider => new CertificateRenewer(
                folder,
                request => Link(provider).RenewAsync(request),
                report => FollowAsync(Link(provider), report, revoked!),
                TimeProvider.System,
                provider.GetRequiredService<ILogger<CertificateRenewer>>()));
        }

        if (options.Managers.IsEmpty)
        {
            builder.Services.AddSingleton(provider => new WorkerNode(provider, null, null));
        }
        else
        {
            builder.Services.AddSingleton(provider => new WorkerNode(
                provider,
                Describe(node, options) with { TrustTold = Told(follows ? provider.GetRequiredService<CertificateRenewer>() : null, revoked), Revoked = revoked is null ? null : revoked.Take },
                provider.GetRequiredService<IGrainFactory>()));
        }

        // Before the client, which waits for a manager: the node's containers do not.
        builder.Services.AddHostedService<WorkerService>();
        if (follows && options.Token is { } token && folder.NeedsCertificate(TimeProvider.System.GetUtcNow()))
        {
            builder.Services.AddHostedService(provider => new Rejoining(
                options,
                token,
                folder,
                provider.GetRequiredService<WorkerNode>(),
                provider.GetRequiredService<IHostApplicationLifetime>(),
                TimeProvider.System,
                provider.GetRequiredService<ILogger<Rejoining>>()));
        }

        if (!options.Managers.IsEmpty) AddClient(builder, options, identity, revoked);
        if (follows) builder.Services.AddHostedService(provider => provider.GetRequiredService<CertificateRenewer>());
        var host = builder.Build();
        revoked?.LogTo(host.Services.GetRequiredService<ILogger<RevocationList>>());
        identity?.LogTo(host.Services.GetRequiredService<ILogger<FileIdentity>>());
        if (identity?.End is { } end) LogEnded(host.Services.GetRequiredService<ILogger<WorkerNode>>(), end);
        return host;
    }

    private static Action<long> Told(CertificateRenewer? renewer, RevocationList? revoked) => version =>
    {
        renewer?.Tell(version);
        revoked?.Retry();
    };

    // A manager that was revoked while the word of it was lost: the version tells that there is news.
    private static async Task<TrustRecord> FollowAsync(INodeLink link, TrustReport report, RevocationList revoked)
    {
        var trust = await link.ReportTrustAsync(report);
        revoked.Take(RevokedManagers.Of(trust));
        return trust;
    }

    private static void AddClient(HostApplicationBuilder builder, WorkerOptions options, FileIdentity? identity, RevocationList? revoked)
    {
        builder.UseOrleansClient(client =>
        {
            client.Configure<ClusterOptions>(RoleHost.Name);
            client.ConfigureServices(services => services.AddSingleton<IGatewayListProvider>(provider =>
                new ManagerList(options.Managers, TimeProvider.System, provider.GetRequiredService<ILogger<ManagerList>>())));
            client.UseConnectionRetryFilter(async (_, cancellationToken) =>
            {
                await Task.Delay(s_retryPause, TimeProvider.System, cancellationToken);
                return true;
            });
            if (identity is not null) client.UseCertificates(new ManagerCertificates(identity, revoked!)).AddManagerPolicy(revoked!);
        });
    }

    private static ManagerLinkOptions Describe(NodeId node, WorkerOptions options) => new()
    {
        Node = node,
        Description = NodeDescriptionReader.Read(options.Name, options.Network.Bridge, options.Reserve),
        InitialLabels = options.Labels,
    };

    [LoggerMessage(LogLevel.Error, "{End}: all tasks go on, and no manager is heard; if that is right, start it with a new join token (--token), or put a new certificate in its place")]
    private static partial void LogEnded(ILogger logger, string end);

    private static async Task<int> TellRemovedAsync(string message)
    {
        await Console.Error.WriteLineAsync("warrend worker has ended: " + message);
        return RemovedNode.ExitCode;
    }

    private static async Task<int> RefuseAsync(IEnumerable<string> problems)
    {
        await Console.Error.WriteLineAsync("warrend worker cannot start:");
        foreach (var problem in problems)
            await Console.Error.WriteLineAsync("  " + problem);
        return Refused;
    }
}
