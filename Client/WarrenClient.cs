using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Grpc.Core;
using Grpc.Net.Client;
using Warren.Client.Connecting;
using Warren.V1;

namespace Warren.Client;

/// <summary>
/// A Warren cluster, reached through one of its managers. Safe for many threads; keep one for as long as the program runs. Each call fails with
/// <see cref="RpcException"/>, whose status codes docs/api.md lists.
/// </summary>
public sealed class WarrenClient : IDisposable
{
    /// <summary>Where a manager listens on its own machine, for root alone.</summary>
    public const string StandardSocket = "/run/warren/warren.sock";

    private const int StandardPort = 2377;

    // How long a write is tried again when the manager is away, and how long between two tries.
    private const string CursorHeader = "warren-cursor";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30), s_pause = TimeSpan.FromMilliseconds(500);

    private readonly GrpcChannel _channel;
    private readonly TimeProvider _time;

    private WarrenClient(GrpcChannel channel, TimeProvider? time) => (_channel, _time) = (channel, time ?? TimeProvider.System);

    /// <summary>Services.</summary>
    public ServiceApi.ServiceApiClient Services => new(_channel);

    /// <summary>Tasks.</summary>
    public TaskApi.TaskApiClient Tasks => new(_channel);

    /// <summary>Nodes.</summary>
    public NodeApi.NodeApiClient Nodes => new(_channel);

    /// <summary>Secrets.</summary>
    public SecretApi.SecretApiClient Secrets => new(_channel);

    /// <summary>Configs.</summary>
    public ConfigApi.ConfigApiClient Configs => new(_channel);

    /// <summary>Volumes.</summary>
    public VolumeApi.VolumeApiClient Volumes => new(_channel);

    /// <summary>Output of tasks.</summary>
    public LogApi.LogApiClient Logs => new(_channel);

    /// <summary>Processes in the containers of tasks.</summary>
    public ExecApi.ExecApiClient Execs => new(_channel);

    /// <summary>What tasks and nodes use.</summary>
    public StatsApi.StatsApiClient Stats => new(_channel);

    /// <summary>Images that nodes have.</summary>
    public ImageApi.ImageApiClient Images => new(_channel);

    /// <summary>What writing would do.</summary>
    public PlanApi.PlanApiClient Plans => new(_channel);

    /// <summary>What happened; <see cref="WatchEventsAsync"/> is easier.</summary>
    public EventApi.EventApiClient Events => new(_channel);

    /// <summary>The cluster as a whole.</summary>
    public ClusterApi.ClusterApiClient Cluster => new(_channel);

    /// <summary>API tokens, and the audit log.</summary>
    public AccessApi.AccessApiClient Access => new(_channel);

    /// <summary>Reaches the manager of this machine. Nothing is sent yet.</summary>
    /// <param name="path">The path of its socket.</param>
    /// <param name="time">The clock; null for the system's.</param>
    public static WarrenClient ToSocket(string path = StandardSocket, TimeProvider? time = null) => new(ManagerChannel.ToSocket(path), time);

    /// <summary>Reaches a manager by mutual TLS. Nothing is sent yet.</summary>
    /// <param name="host"><c>ADDRESS</c> or <c>ADDRESS:PORT</c>; the port is 2377 if it is left out.</param>
    /// <param name="certificateFile">PEM file of a client's certificate, as <c>warren cluster certificate</c> makes one.</param>
    /// <param name="keyFile">PEM file of its key.</param>
    /// <param name="authorityFile">PEM file of the cluster's authority.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="CryptographicException">A file holds something else.</exception>
    public static WarrenClient ToHost(string host, string certificateFile, string keyFile, string authorityFile, TimeProvider? time = null)
    {
        if (!Uri.TryCreate($"https://{host}", UriKind.Absolute, out var address) || address.PathAndQuery != "/")
            throw new ArgumentException($"must be ADDRESS or ADDRESS:PORT, was '{host}'", nameof(host));
        var hasPort = !address.IsDefaultPort || host.EndsWith(":443", StringComparison.Ordinal);
        return new(ManagerChannel.ToHost(hasPort ? host : string.Create(CultureInfo.InvariantCulture, $"{host}:{StandardPort}"), certificateFile, keyFile, authorityFile), time);
    }

    /// <summary>Reaches the manager of a context: a folder with <c>host</c>, <c>cert.pem</c>, <c>key.pem</c> and <c>ca.pem</c>.</summary>
    /// <param name="folder">The folder, such as <c>~/.config/warren/contexts/NAME</c>.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static WarrenClient FromContext(string folder, TimeProvider? time = null)
    {
        var host = File.ReadAllText(Path.Combine(folder, "host")).Trim();
        return host.StartsWith('/') ? ToSocket(host, time)
            : ToHost(host, Path.Combine(folder, "cert.pem"), Path.Combine(folder, "key.pem"), Path.Combine(folder, "ca.pem"), time);
    }

    /// <summary>
    /// Makes a service, or changes the one of its name to what is wanted. What was stored already is left as it is, so that a call whose answer was lost may
    /// be made again; while no manager answers, this does so itself for 30 s.
    /// </summary>
    /// <param name="spec">What is wanted, complete.</param>
    /// <param name="cancellation">Ends the call; what was stored stays.</param>
    /// <returns>The service as it is stored, before its tasks run.</returns>
    /// <exception cref="RpcException">INVALID_ARGUMENT: the spec is refused; ABORTED: others keep changing the service; UNAVAILABLE: no manager answers.</exception>
    public async Task<Service> DeployAsync(ServiceSpec spec, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var (create, update) = (NewKey(), NewKey());
        return await PatientlyAsync(
            async () =>
            {
                try
                {
                    return await Services.CreateAsync(new() { Spec = spec, Options = new() { IdempotencyKey = create } }, cancellationToken: cancellation);
                }
                catch (RpcException taken) when (taken.StatusCode == StatusCode.AlreadyExists)
                {
                    return await Services.UpdateAsync(new() { Spec = spec, Options = new() { IdempotencyKey = update } }, cancellationToken: cancellation);
                }
            },
            cancellation);
    }

    /// <summary>
    /// Waits until what is wanted of a service has come about, and stays so for the monitor time of its update policy.
    /// </summary>
    /// <param name="service">Its name.</param>
    /// <param name="limit">How long at most.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <returns>The service as it is then.</returns>
    /// <exception cref="NotConvergedException">It will not come about by itself, or has not in time.</exception>
    /// <exception cref="RpcException">NOT_FOUND: there is no such service.</exception>
    public Task<Service> WaitUntilConvergedAsync(string service, TimeSpan limit, CancellationToken cancellation = default) =>
        new Convergence(this, _time, service, limit).WaitAsync(cancellation);

    /// <summary>
    /// The events of the cluster, without a gap and without end: when the manager goes away, this goes on with the next one's answer, after the last event that was
    /// given out.
    /// </summary>
    /// <param name="request">
    /// Which ones; without a cursor, those to come. Its <c>follow</c> is not looked at. To go on after a restart of the program, keep the cursor of the last event.
    /// </param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="RpcException">
    /// OUT_OF_RANGE: the events after the cursor are not kept any more; look at the state itself, and go on without a cursor. INVALID_ARGUMENT, PERMISSION_DENIED.
    /// </exception>
    public async IAsyncEnumerable<Event> WatchEventsAsync(ReadEventsRequest? request = null, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var next = request?.Clone() ?? new();
        next.Follow = true;
        while (true)
        {
            using var call = Events.Read(next, cancellationToken: cancellation);
            if (!next.HasCursor && await BeginAsync(call, cancellation) is { } begin) next.Cursor = begin;
            while (await HasNextAsync(call.ResponseStream, cancellation))
            {
                next.Cursor = call.ResponseStream.Current.Cursor;
                yield return call.ResponseStream.Current;
            }

            await System.Threading.Tasks.Task.Delay(s_pause, _time, cancellation);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _channel.Dispose();

    internal static bool IsAway(RpcException failure) => failure.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.Internal && failure.Status.DebugException is not null;

    private static string NewKey() => Convert.ToHexString(RandomNumberGenerator.GetBytes(16));

    // False: the stream has ended, or the manager is away.
    private static async Task<bool> HasNextAsync(IAsyncStreamReader<Event> events, CancellationToken cancellation)
    {
        try
        {
            return await events.MoveNext(cancellation);
        }
        catch (RpcException away) when (IsAway(away) && !cancellation.IsCancellationRequested)
        {
            return false;
        }
        catch (RpcException ended) when (ended.StatusCode == StatusCode.Cancelled && cancellation.IsCancellationRequested)
        {
            throw new OperationCanceledException(ended.Message, ended, cancellation);
        }
    }

    // A place to go on from is needed before the first event has come, or a break of the stream would be a gap. Null: the manager is away.
    private static async Task<long?> BeginAsync(AsyncServerStreamingCall<Event> call, CancellationToken cancellation)
    {
        try
        {
            var headers = await call.ResponseHeadersAsync.WaitAsync(cancellation);
            return headers.GetValue(CursorHeader) is { } cursor ? long.Parse(cursor, System.Globalization.CultureInfo.InvariantCulture) : null;
        }
        catch (RpcException away) when (IsAway(away) && !cancellation.IsCancellationRequested)
        {
            return null;
        }
    }

    private async Task<T> PatientlyAsync<T>(Func<Task<T>> action, CancellationToken cancellation)
    {
        var begin = _time.GetTimestamp();
        while (true)
        {
            try
            {
                return await action();
            }
            catch (RpcException away) when (IsAway(away) && _time.GetElapsedTime(begin) < s_patience)
            {
                await System.Threading.Tasks.Task.Delay(s_pause, _time, cancellation);
            }
        }
    }
}
