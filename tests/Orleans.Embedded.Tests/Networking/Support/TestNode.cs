using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Runtime.Networking;

namespace Orleans.Embedded.Tests.Networking.Support;

/// <summary>A silo or client that consists of its connections alone.</summary>
internal sealed class TestNode : IAsyncDisposable
{
    /// <summary>The time after which a test gives up waiting.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static long s_lastCall;

    private TestNode(LocalProcess local, NetworkOptions options, NetworkTransport transport, TimeProvider time, NodeSettings settings)
    {
        Peer = local.Peer;
        Options = options;
        var environment = new ConnectionEnvironment(local, options, Handler, new NetworkMetrics(Metrics.Factory), time, NullLogger.Instance)
        {
            Callers = settings.Callers,
            ExtraHeaderFields = settings.ExtraHeaderFields,
        };
        Connections = new ConnectionManager(environment, transport);
    }

    public PeerId Peer { get; }

    public SiloAddress Silo => Peer.Silo!;

    public NetworkOptions Options { get; }

    public TestHandler Handler { get; } = new();

    public MetricRecorder Metrics { get; } = new();

    public ConnectionManager Connections { get; }

    /// <summary>A silo that listens on a free port of the loopback.</summary>
    public static async Task<TestNode> SiloAsync(TestNetwork network, NodeSettings? settings = null)
    {
        settings ??= new NodeSettings();
        var (name, endpoint) = network.NewEndpoint(settings.Port);
        var silo = SiloAddress.New(endpoint, settings.Generation);
        var node = Make(network, PeerId.OfSilo(silo), name, settings);
        if (settings.Listens) await node.Connections.ListenAsync(endpoint);
        return node;
    }

    public static TestNode Client(TestNetwork network, NodeSettings? settings = null) =>
        Make(network, PeerId.OfClient(Guid.NewGuid()), settings?.Name ?? $"client-{Guid.NewGuid():N}", settings ?? new NodeSettings());

    /// <summary>A call of the echo method.</summary>
    public static TestCall NewCall(string text, Func<EchoRequest, EchoRequest>? change = null) => new(NewMessage(text, change));

    public static Message NewMessage(string text, Func<EchoRequest, EchoRequest>? change = null)
    {
        var request = new EchoRequest { Text = text };
        return new Message
        {
            CallId = Interlocked.Increment(ref s_lastCall),
            Target = GrainId.Create("echo", "1"),
            Request = change is null ? request : change(request),
            ExpiresAt = Environment.TickCount64 + 30_000,
        };
    }

    public TestCall Send(TestNode to, string text = "hello", Func<EchoRequest, EchoRequest>? change = null) => Send(to.Peer, text, change);

    public TestCall Send(PeerId to, string text = "hello", Func<EchoRequest, EchoRequest>? change = null)
    {
        var call = NewCall(text, change);
        Connections.Send(to, call);
        return call;
    }

    /// <summary>Sends a call and awaits its answer.</summary>
    public Task<string> CallAsync(TestNode to, string text = "hello") => Send(to, text).End.WaitAsync(Patience);

    /// <summary>The next process that came or went.</summary>
    public async Task<PeerChange> NextChangeAsync() => await Handler.Changes.ReadAsync().AsTask().WaitAsync(Patience);

    public async ValueTask DisposeAsync()
    {
        await Connections.DisposeAsync().AsTask().WaitAsync(Patience);
        Metrics.Dispose();
    }

    private static TestNode Make(TestNetwork network, PeerId peer, string name, NodeSettings settings)
    {
        var options = new NetworkOptions();
        settings.Configure?.Invoke(options);
        return new TestNode(
            new LocalProcess(peer, settings.ClusterId, settings.ServiceId, "1.2.3"),
            options,
            settings.Transport(network.TransportOf(name, settings.Security ?? NoTransportSecurity.Instance)),
            settings.Time,
            settings);
    }
}
