using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Warren.Hosting;
using Warren.Hosting.Identities;
using Warren.Hosting.Security;
using Warren.Nodes;
using Warren.Services;
using Warren.Tasks;
using Warren.TestSupport.Certificates;

namespace Warren.Harness.Clusters;

/// <summary>A client of the managers, with waiting for what must become true.</summary>
public sealed class ClusterClient : IAsyncDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(1), s_look = TimeSpan.FromMilliseconds(5);

    private readonly IHost _host;

    private ClusterClient(IHost host) => _host = host;

    /// <summary>The grains.</summary>
    public IGrainFactory Grains => _host.Services.GetRequiredService<IGrainFactory>();

    /// <summary>Connects; returns when it is.</summary>
    public static async Task<ClusterClient> ConnectAsync(IPEndPoint manager, CertificateFiles files)
    {
        var identity = new FileIdentity(new(files.Certificate, files.Key, files.Authority), TimeProvider.System);
        var builder = RoleHost.CreateBuilder(LogLevel.Critical);
        builder.UseOrleansClient(client =>
        {
            client.UseStaticClustering(manager);
            client.Configure<Orleans.Configuration.ClusterOptions>(RoleHost.Name);
            client.UseCertificates(identity);
        });
        var host = builder.Build();
        await host.StartAsync();
        return new(host);
    }

    /// <summary>A service.</summary>
    public IServiceGrain Service(ServiceName name) => Grains.GetGrain<IServiceGrain>(name.Value);

    /// <summary>A node.</summary>
    public INodeGrain Node(NodeId id) => Grains.GetGrain<INodeGrain>(id.Value);

    /// <summary>Waits until a node is ready.</summary>
    public Task UntilReadyAsync(NodeId id) =>
        UntilAsync(async () => await Node(id).GetAsync(), node => node?.Status.Condition == NodeCondition.Ready, $"{id} is ready");

    /// <summary>Waits until a service is as described.</summary>
    public Task<ServiceStatus> UntilAsync(ServiceName name, Func<ServiceStatus, bool> isSo, string what, TimeSpan? limit = null) =>
        UntilAsync(async () => await Service(name).GetAsync(), status => status is not null && isSo(status), $"{name}: {what}", limit)!;

    /// <summary>Waits until a service has so many running tasks, and none that ends or waits.</summary>
    public Task<ServiceStatus> UntilRunningAsync(ServiceName name, int count, TimeSpan? limit = null) =>
        UntilAsync(name, status => IsSettled(status, count), $"{count} tasks run, and no others", limit);

    /// <summary>Waits until there is no such service any more.</summary>
    public Task UntilGoneAsync(ServiceName name) =>
        UntilAsync(async () => await Service(name).GetAsync(), status => status is null, $"{name} is gone");

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }

    /// <summary>The tasks that run.</summary>
    public static IEnumerable<TaskRecord> Running(ServiceStatus status) =>
        status.Tasks.Where(task => task is { Desired: DesiredState.Running, Observed.State: TaskState.Running });

    private static bool IsSettled(ServiceStatus status, int count) =>
        Running(status).Count() == count && status.Tasks.Count(task => !task.Observed.State.IsFinal) == count;

    /// <summary>Waits until something is as described.</summary>
    public static async Task<T> UntilAsync<T>(Func<Task<T>> look, Func<T, bool> isSo, string what, TimeSpan? limit = null)
    {
        using var timeout = new CancellationTokenSource(limit ?? s_limit);
        for (T? last = default; ;)
        {
            try
            {
                last = await look();
                if (isSo(last)) return last;
            }
            catch (Exception failure) when (failure is OrleansException or TimeoutException)
            {
                // The manager is away, which tests bring about.
            }

            if (timeout.IsCancellationRequested) throw new TimeoutException($"It did not come to be that {what}. Last seen: {Describe(last)}");
            await Task.Delay(s_look);
        }
    }

    private static string Describe<T>(T? value) => value switch
    {
        ServiceStatus status => string.Join("; ", status.Tasks.Select(task =>
            $"{task.Id} {task.Desired}/{task.Observed.State} on {task.Node} ({task.DesiredReason} | {task.Observed.Reason})")
            .Concat(status.Waits)),
        NodeRecord node => $"{node.Id} is {node.Status.Condition} ({node.Status.Reason})",
        null => "nothing",
        _ => value.ToString()!,
    };
}
