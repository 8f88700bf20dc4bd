using Orleans.Runtime.Membership;
using Orleans.Runtime.Networking;
using Orleans.Serialization;
using Orleans.Serialization.Invocation;

namespace Orleans.Runtime;

/// <content>What comes in from other processes.</content>
internal sealed partial class SiloRuntime : IMessageHandler
{
    public long ViewVersion => View.Version.Value;

    public Request? CreateRequest(ulong methodId) => Catalog.CreateRequest(methodId);

    public void OnMessage(Message message)
    {
        if (IsHalted) return;
        if (message.Request.IsCancellable) TrackCancellation(message);
        if (message.ViewVersion > View.Version.Value && !CanDeliver(message.Target)) _ = DeliverAfterCatchUpAsync(message);
        else DeliverOrRefuse(message);
    }

    public void OnCancel(PeerId from, long callId)
    {
        if (_cancellable.TryRemove((from, callId), out var cancellation)) _ = cancellation.CancelAsync();
    }

    public void OnControl(PeerId from, byte kind, ReadOnlySpan<byte> payload)
    {
        try
        {
            var reader = new WireReader(payload);
            switch (kind)
            {
                case ControlKind.ReleasedAll when from.Silo is { } silo: Handoff.OnReleasedAll(silo, ref reader); break;
                case ControlKind.ReleaseGrain when from.Silo is { } silo: Handoff.OnReleaseRequest(silo, ref reader); break;
                case ControlKind.ReleasedGrain when from.Silo is { } silo: Handoff.OnReleasedGrain(silo, ref reader); break;
                default: _silo.OnOtherControl(from, kind, payload.ToArray()); break;
            }
        }
        catch (Exception exception) when (exception is WireFormatException or FormatException)
        {
            Log.MessageRefused(from, exception.Message);
        }
    }

    public void OnConnected(PeerId peer) => _silo.OnPeer(peer, true);

    public void OnDisconnected(PeerId peer, Exception? reason)
    {
        _silo.OnPeer(peer, false);

        // After a goodbye the peer still waits for its answers.
        if (reason is not null) OnCutOff(peer);
    }

    public void OnCutOff(PeerId peer)
    {
        foreach (var (key, cancellation) in _cancellable)
        {
            // The caller is gone with its connection: nobody waits for these methods any more.
            if (key.Item1.Equals(peer) && _cancellable.TryRemove(key, out _)) _ = cancellation.CancelAsync();
        }
    }

    public void OnBarred(PeerId peer) => _silo.OnBarred(peer);

    /// <summary>Lets go of what moved by a new view; ends when it has all been let go of.</summary>
    public async Task OnViewAsync(ClusterView previous, ClusterView view)
    {
        var replaced = ReferenceEquals(view.Ring, previous.Ring) ? null : previous.Ring;
        Handoff.OnView(view.Version.Value, replaced, OtherSilos());
        if (replaced is null)
        {
            Handoff.AnnounceReleased(view.Version.Value);
            return;
        }

        var moved = Directory.All.Where(activation => activation.IsOwned && !IsOwner(activation.GrainId)).ToList();
        Log.ViewChanged(view.Version.Value, view.Ring.Silos.Length, moved.Count);
        foreach (var activation in moved) activation.Deactivate(MovedReason(activation.GrainId));
        foreach (var activation in moved) await activation.Deactivated;
        Handoff.AnnounceReleased(view.Version.Value);
    }

    /// <summary>Ends what is still active when the silo has left the ring: stateless workers and the engine's own grains.</summary>
    public async Task DeactivateAllAsync(CancellationToken cancellation)
    {
        var rest = Directory.All.ToList();
        foreach (var activation in rest) activation.Deactivate(new DeactivationReason(DeactivationReasonCode.ShuttingDown, "the silo stops"), CancellationToken.None);
        foreach (var activation in rest) await activation.Deactivated.WaitAsync(cancellation);
    }

    /// <summary>The silos that are not dead, without this one.</summary>
    public IEnumerable<SiloAddress> OtherSilos() =>
        View.Members.Where(member => member.Status != SiloStatus.Dead && !member.Silo.Equals(Address)).Select(static member => member.Silo);

    public void SendControl(PeerId peer, byte kind, ReadOnlySpan<byte> payload) => _connections?.SendControl(peer, kind, payload);

    private async Task DeliverAfterCatchUpAsync(Message message)
    {
        await CatchUpAsync(message.ViewVersion, EngineLimits.MaxResendPause);
        DeliverOrRefuse(message);
    }

    private void DeliverOrRefuse(Message message)
    {
        try
        {
            if (CanDeliver(message.Target) || !_classes.ContainsKey(message.Target.Type))
            {
                RouteTo(message, null);
                return;
            }

            message.ViewVersion = View.Version.Value;
            Refuse(message, RejectionKind.Unavailable, $"{message.Target} belongs to {View.Ring.OwnerOf(message.Target)?.ToString() ?? "no silo"} by view {View.Version}.");
        }
        catch (Exception exception)
        {
            message.CompleteWithException(exception);
        }
    }

    private void TrackCancellation(Message message)
    {
        var cancellation = new CancellationTokenSource();
        message.Request.CancellationToken = cancellation.Token;
        if (message.ReplyTo is not { } reply) return;
        var key = (message.From, message.CallId);
        _cancellable[key] = cancellation;
        message.ReplyTo = new EndingReply(reply, () => _cancellable.TryRemove(key, out _));
    }

    /// <summary>Passes the outcome on and does something before.</summary>
    private sealed class EndingReply(IReplySink reply, Action before) : IReplySink
    {
        public void Complete<TResult>(Message request, TResult result)
        {
            before();
            reply.Complete(request, result);
        }

        public void Fail(Message request, Exception exception)
        {
            before();
            reply.Fail(request, exception);
        }

        public void Reject(Message request, RejectionKind kind, string reason)
        {
            before();
            reply.Reject(request, kind, reason);
        }
    }
}
