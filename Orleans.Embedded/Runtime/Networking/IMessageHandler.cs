using Orleans.Serialization;
using Orleans.Serialization.Invocation;

namespace Orleans.Runtime.Networking;

/// <summary>
/// What a silo or client does with what arrives. Called on the threads that read the connections: whatever takes time is to be done elsewhere.
/// </summary>
internal interface IMessageHandler
{
    IReferenceFactory References { get; }

    /// <summary>The version of this process's membership view, told to senders whose calls it rejects.</summary>
    long ViewVersion { get; }

    /// <summary>An empty request for a method; null when the method is not known here.</summary>
    Request? CreateRequest(ulong methodId);

    /// <summary>A call or one-way message. Its <see cref="Message.ReplyTo"/> takes exactly one outcome, at any time and from any thread.</summary>
    void OnMessage(Message message);

    /// <summary>The caller no longer wants the answer, which may have been given already.</summary>
    void OnCancel(PeerId from, long callId);

    /// <param name="from">The sender.</param>
    /// <param name="kind">The subsystem it is for.</param>
    /// <param name="payload">Valid during the call only.</param>
    void OnControl(PeerId from, byte kind, ReadOnlySpan<byte> payload);

    /// <summary>Calls can be made to the process. Comes before anything that it sends.</summary>
    void OnConnected(PeerId peer);

    /// <summary>
    /// No connection is left over which calls could be made. Connected and disconnected alternate for each process.
    /// </summary>
    /// <param name="peer">The process.</param>
    /// <param name="reason">Null when it, or this process, said goodbye: calls under way are still answered.</param>
    void OnDisconnected(PeerId peer, Exception? reason);

    /// <summary>After a goodbye the last connection was lost before all calls under way were answered. Comes after the disconnection.</summary>
    void OnCutOff(PeerId peer);

    /// <summary>A silo is connected that may not be one any more. It is cut off soon, whatever is done about it.</summary>
    void OnBarred(PeerId peer);
}
