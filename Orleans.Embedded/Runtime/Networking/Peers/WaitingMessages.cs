namespace Orleans.Runtime.Networking;

/// <summary>The messages to one process that wait for a connection, in their order. Not thread-safe.</summary>
internal sealed class WaitingMessages(int maxCount, int maxBytes)
{
    private readonly LinkedList<WaitingMessage> _messages = [];
    private readonly Dictionary<long, LinkedListNode<WaitingMessage>> _calls = [];
    private long _bytes;

    public int Count => _messages.Count;

    public long Bytes => _bytes;

    /// <returns>False when there is no room.</returns>
    public bool TryAdd(in WaitingMessage message)
    {
        if (_messages.Count >= maxCount || (_messages.Count > 0 && _bytes + message.Body.Length > maxBytes)) return false;
        var node = _messages.AddLast(message);
        if (message.Call is { } call) _calls.Add(call.Message.CallId, node);
        _bytes += message.Body.Length;
        return true;
    }

    /// <summary>Gives up a call that nobody waits for any more.</summary>
    public bool Remove(long callId)
    {
        if (!_calls.Remove(callId, out var node)) return false;
        _messages.Remove(node);
        _bytes -= node.Value.Body.Length;
        node.Value.Body.Dispose();
        return true;
    }

    public WaitingMessage[] TakeAll()
    {
        if (_messages.Count == 0) return [];
        WaitingMessage[] all = [.. _messages];
        _messages.Clear();
        _calls.Clear();
        _bytes = 0;
        return all;
    }
}
