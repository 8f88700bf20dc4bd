using System.Threading.Channels;
using Orleans.Runtime.Networking;
using Orleans.Serialization;
using Orleans.Serialization.Invocation;

namespace Orleans.Embedded.Tests.Networking.Support;

/// <summary>Echoes calls unless told otherwise, and records what else comes.</summary>
internal sealed class TestHandler : IMessageHandler
{
    private readonly Channel<Message> _messages = Channel.CreateUnbounded<Message>();
    private readonly Channel<(PeerId From, long CallId)> _cancels = Channel.CreateUnbounded<(PeerId, long)>();
    private readonly Channel<(PeerId From, byte Kind, byte[] Payload)> _controls = Channel.CreateUnbounded<(PeerId, byte, byte[])>();
    private readonly Channel<PeerChange> _changes = Channel.CreateUnbounded<PeerChange>();

    private readonly Channel<PeerId> _barred = Channel.CreateUnbounded<PeerId>();

    public IReferenceFactory References { get; } = new NoReferences();

    public long ViewVersion { get; set; } = 7;

    /// <summary>What to do with a message. By default a call is answered with its text.</summary>
    public Action<Message> Answer { get; set; } = static message => message.CompleteWith(((EchoRequest)message.Request).Text);

    /// <summary>What to do when a process is gone, before <see cref="Changes"/> has it.</summary>
    public Action Left { get; set; } = static () => { };

    public ChannelReader<Message> Messages => _messages.Reader;

    public ChannelReader<(PeerId From, long CallId)> Cancels => _cancels.Reader;

    public ChannelReader<(PeerId From, byte Kind, byte[] Payload)> Controls => _controls.Reader;

    public ChannelReader<PeerChange> Changes => _changes.Reader;

    /// <summary>Whether <see cref="Messages"/> holds what came; off for many messages.</summary>
    public bool Records { get; set; } = true;

    public bool KnowsEcho { get; set; } = true;

    public Request? CreateRequest(ulong methodId) => KnowsEcho && methodId == EchoRequest.MethodId ? new EchoRequest() : null;

    public void OnMessage(Message message)
    {
        if (Records) _messages.Writer.TryWrite(message);
        Answer(message);
    }

    public void OnCancel(PeerId from, long callId) => _cancels.Writer.TryWrite((from, callId));

    public void OnControl(PeerId from, byte kind, ReadOnlySpan<byte> payload) => _controls.Writer.TryWrite((from, kind, payload.ToArray()));

    public void OnConnected(PeerId peer) => _changes.Writer.TryWrite(new PeerChange(peer, true, null));

    public void OnDisconnected(PeerId peer, Exception? reason)
    {
        Left();
        _changes.Writer.TryWrite(new PeerChange(peer, false, reason));
    }

    public void OnCutOff(PeerId peer)
    {
        // The tests of the network look at the calls themselves.
    }

    public ChannelReader<PeerId> Barred => _barred.Reader;

    public void OnBarred(PeerId peer) => _barred.Writer.TryWrite(peer);

    private sealed class NoReferences : IReferenceFactory
    {
        public GrainReference CreateReference(GrainId grainId, GrainInterfaceType interfaceType) => throw new InvalidOperationException();
    }
}

internal sealed record PeerChange(PeerId Peer, bool Connected, Exception? Reason);
