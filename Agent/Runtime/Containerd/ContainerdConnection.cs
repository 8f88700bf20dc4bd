using System.Net.Sockets;
using Grpc.Core;
using Grpc.Net.Client;

namespace Warren.Agent.Runtime.Containerd;

/// <summary>
/// The channel to containerd, for all who speak to it. Nothing is opened until the first call, and a call after a loss opens it again, so
/// that a containerd that starts later or starts anew needs no care. Every call names the namespace; every call but a stream has a deadline.
/// </summary>
internal sealed class ContainerdConnection : IDisposable
{
    private const string NamespaceHeader = "containerd-namespace";
    private const string LeaseHeader = "containerd-lease";

    // A single message of containerd's is at most this by its own default.
    private const int MaxMessageBytes = 16 * 1024 * 1024;

    private readonly ContainerdOptions _options;
    private readonly TimeProvider _time;
    private readonly GrpcChannel _channel;
    private readonly Metadata _headers;

    public ContainerdConnection(ContainerdOptions options, TimeProvider time)
    {
        _options = options;
        _time = time;
        _headers = new Metadata { { NamespaceHeader, options.Namespace } };
        var handler = new SocketsHttpHandler
        {
            ConnectCallback = ConnectAsync,
            EnableMultipleHttp2Connections = true,
            UseProxy = false,
            ConnectTimeout = options.CallTimeout,
            // A call that waits for a container to end is silent for weeks, and the connection with it.
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
        };
        _channel = GrpcChannel.ForAddress("http://containerd", new GrpcChannelOptions
        {
            HttpHandler = handler,
            DisposeHttpClient = true,
            MaxReceiveMessageSize = MaxMessageBytes,
            MaxSendMessageSize = MaxMessageBytes,
        });
        Version = new(_channel);
        Introspection = new(_channel);
        Namespaces = new(_channel);
        Leases = new(_channel);
        Snapshots = new(_channel);
        Containers = new(_channel);
        Tasks = new(_channel);
        Content = new(_channel);
        Diff = new(_channel);
        Images = new(_channel);
        Events = new(_channel);
    }

    public Api.VersionV1.Version.VersionClient Version { get; }

    public Api.IntrospectionV1.Introspection.IntrospectionClient Introspection { get; }

    public Api.NamespacesV1.Namespaces.NamespacesClient Namespaces { get; }

    public Api.LeasesV1.Leases.LeasesClient Leases { get; }

    public Api.SnapshotsV1.Snapshots.SnapshotsClient Snapshots { get; }

    public Api.ContainersV1.Containers.ContainersClient Containers { get; }

    public Api.TasksV1.Tasks.TasksClient Tasks { get; }

    public Api.ContentV1.Content.ContentClient Content { get; }

    public Api.DiffV1.Diff.DiffClient Diff { get; }

    public Api.ImagesV1.Images.ImagesClient Images { get; }

    public Api.EventsV1.Events.EventsClient Events { get; }

    /// <summary>For a call that only reads or writes a record.</summary>
    public CallOptions Short(CancellationToken cancellationToken) => Within(_options.CallTimeout, cancellationToken);

    /// <summary>For a call that starts a process or waits for the disk.</summary>
    public CallOptions Long(CancellationToken cancellationToken) => Within(_options.LongCallTimeout, cancellationToken);

    /// <summary>For a call with a limit of its own.</summary>
    public CallOptions Within(TimeSpan limit, CancellationToken cancellationToken) =>
        new(_headers, _time.GetUtcNow().UtcDateTime + limit, cancellationToken);

    /// <summary>For a stream, or a call that waits for what may take weeks: no deadline.</summary>
    public CallOptions Unbounded(CancellationToken cancellationToken) => new(_headers, deadline: null, cancellationToken);

    /// <summary>The same call under a lease, which keeps what it makes from the garbage collection.</summary>
    public static CallOptions Leased(CallOptions call, string lease)
    {
        var headers = new Metadata();
        foreach (var header in call.Headers ?? [])
            headers.Add(header);
        headers.Add(LeaseHeader, lease);
        return call.WithHeaders(headers);
    }

    public void Dispose() => _channel.Dispose();

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(_options.SocketPath), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (SocketException exception)
        {
            socket.Dispose();
            throw new IOException(Explain(exception), exception);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    // The system's words for the first two are about addresses, and lead nowhere.
    private string Explain(SocketException exception) => exception.SocketErrorCode switch
    {
        SocketError.AddressNotAvailable => $"there is no socket {_options.SocketPath}",
        SocketError.ConnectionRefused => $"nobody listens at the socket {_options.SocketPath}",
        SocketError.AccessDenied => $"this process may not open the socket {_options.SocketPath}",
        _ => $"socket {_options.SocketPath}: {exception.Message}",
    };
}
