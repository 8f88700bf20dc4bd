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
public static class WorkerHost
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
        await host.StartAsync(cancellationToken);
        await host.WaitForShutdownAsync(cancellationToken);
    }

    private static IHost Build(WorkerOptions options)
    {
        Directory.CreateDirectory(options.DataDirectory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var node = NodeIdFile.Ensure(options.DataDirectory, options.Node);
        var builder = RoleHost.CreateBuilder(LogLevel.Information);
        builder.Logging.AddFilter("Orleans", LogLevel.Warning);

        // That managers are out of reach tells ManagerLink, and tells it rarely: each line is a write to a disk that may have to last for years.
        builder.Logging.AddFilter("Orleans.Runtime.Networking", LogLevel.Error);
        builder.Logging.AddFilter("Orleans.Runtime.EngineLog", LogLevel.Error);
        builder.Services.AddAgent(options);
        var identity = options.Identity is { } files ? new FileIdentity(files, TimeProvider.System) : null;
        if (identity is not null) builder.Services.AddSingleton(new NodeSealer(node, identity));
        var folder = new IdentityFolder(options.DataDirectory);
        var follows = options.Identity == folder.Files;
        if (follows)
        {
            INodeLink Link(IServiceProvider provider) => provider.GetRequiredService<IGrainFactory>().GetGrain<INodeLink>(node.Value);
            builder.Services.AddSingleton(provider => new CertificateRenewer(
                folder,
                request => Link(provider).RenewAsync(request),
                report => Link(provider).ReportTrustAsync(report),
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
                provider, Describe(node, options) with { TrustTold = follows ? provider.GetRequiredService<CertificateRenewer>().Tell : null }, provider.GetRequiredService<IGrainFactory>()));
        }

        // Before the client: the node's containers do not wait for a manager.
        builder.Services.AddHostedService<WorkerService>();
        if (!options.Managers.IsEmpty) AddClient(builder, options, identity);
        if (follows) builder.Services.AddHostedService(provider => provider.GetRequiredService<CertificateRenewer>());
        return builder.Build();
    }

    private static void AddClient(HostApplicationBuilder builder, WorkerOptions options, FileIdentity? identity)
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
            if (identity is not null) client.UseCertificates(new ManagerCertificates(identity));
        });
    }

    private static ManagerLinkOptions Describe(NodeId node, WorkerOptions options) => new()
    {
        Node = node,
        Description = NodeDescriptionReader.Read(options.Name, options.Network.Bridge, options.Reserve),
        InitialLabels = options.Labels,
    };

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
