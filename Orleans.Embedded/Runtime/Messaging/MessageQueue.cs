namespace Orleans.Runtime;

/// <summary>A first-in first-out list of messages, linked through <see cref="Message.Next"/>: a message is in one such list at most.</summary>
internal struct MessageQueue
{
    private Message? _head;
    private Message? _tail;

    public int Count { get; private set; }

    /// <summary>How many of them are calls that somebody waits for.</summary>
    public int Foreground { get; private set; }

    public readonly Message? Head => _head;

    public void Enqueue(Message message)
    {
        message.Next = null;
        if (_tail is null) _head = message;
        else _tail.Next = message;
        _tail = message;
        Count++;
        if (message.IsForeground) Foreground++;
    }

    public Message? Dequeue()
    {
        var message = _head;
        if (message is null) return null;
        _head = message.Next;
        if (_head is null) _tail = null;
        message.Next = null;
        Count--;
        if (message.IsForeground) Foreground--;
        return message;
    }

    /// <summary>Takes one message out of the middle; false when it is not there.</summary>
    public bool Remove(Message message)
    {
        Message? previous = null;
        for (var current = _head; current is not null; previous = current, current = current.Next)
        {
            if (!ReferenceEquals(current, message)) continue;
            if (previous is null) _head = current.Next;
            else previous.Next = current.Next;
            if (ReferenceEquals(_tail, current)) _tail = previous;
            current.Next = null;
            Count--;
            if (current.IsForeground) Foreground--;
            return true;
        }

        return false;
    }

    /// <summary>Takes out all messages that satisfy <paramref name="condition"/>, in order.</summary>
    public List<Message>? RemoveWhere(Func<Message, bool> condition)
    {
        List<Message>? removed = null;
        var rest = this;
        this = default;
        while (rest.Dequeue() is { } message)
        {
            if (condition(message)) (removed ??= []).Add(message);
            else Enqueue(message);
        }

        return removed;
    }
}
