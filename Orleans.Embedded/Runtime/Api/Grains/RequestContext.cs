namespace Orleans.Runtime;

/// <summary>
/// Values that travel with calls: what a caller sets is seen by the methods it calls, by those they call, and so on. Changes made by a
/// callee are not seen by its caller.
/// </summary>
public static class RequestContext
{
    private static readonly AsyncLocal<Ambient?> Current = new();

    /// <summary>Names the call chain whose calls may interleave with the calls that wait for them; empty for none.</summary>
    public static Guid ReentrancyId
    {
        get => Current.Value?.ReentrancyId ?? Guid.Empty;
        set => Current.Value = (Current.Value ?? Ambient.Empty) with { ReentrancyId = value };
    }

    public static IEnumerable<string> Keys => Current.Value?.Values?.Keys ?? Enumerable.Empty<string>();

    public static IEnumerable<KeyValuePair<string, object>> Entries => Current.Value?.Values ?? Enumerable.Empty<KeyValuePair<string, object>>();

    internal static Message? CurrentMessage => Current.Value?.Message;

    internal static Dictionary<string, object>? Values => Current.Value?.Values;

    public static object? Get(string key) => Current.Value?.Values is { } values && values.TryGetValue(key, out var value) ? value : null;

    public static void Set(string key, object value)
    {
        var now = Current.Value ?? Ambient.Empty;
        var values = now.Values is null ? [] : new Dictionary<string, object>(now.Values);
        values[key] = value;
        Current.Value = now with { Values = values };
    }

    /// <returns>Whether there was such a value.</returns>
    public static bool Remove(string key)
    {
        if (Current.Value is not { Values: { } old } now || !old.ContainsKey(key)) return false;
        var values = new Dictionary<string, object>(old);
        values.Remove(key);
        Current.Value = now with { Values = values.Count == 0 ? null : values };
        return true;
    }

    public static void Clear()
    {
        if (Current.Value is { } now) Current.Value = now with { Values = null, ReentrancyId = Guid.Empty };
    }

    /// <summary>Until the result is disposed, calls that come back to the calling grain interleave with the call that makes them.</summary>
    public static ReentrancySection AllowCallChainReentrancy()
    {
        var original = ReentrancyId;
        var id = original == Guid.Empty ? CallIds.NewReentrancyId() : original;
        return new ReentrancySection(original, id);
    }

    /// <summary>The opposite of <see cref="AllowCallChainReentrancy"/>.</summary>
    public static ReentrancySection SuppressCallChainReentrancy() => new(ReentrancyId, Guid.Empty);

    /// <summary>Makes the context of <paramref name="message"/> the current one.</summary>
    internal static void Enter(Message message) => Current.Value = new Ambient(message.RequestContext, message.ReentrancyId, message);

    /// <summary>The call's reentrancy id goes with the calls that it makes, so the running call must be found by it.</summary>
    private static void Mark(Guid id)
    {
        if (id != Guid.Empty && TaskScheduler.Current is GrainActivation activation && activation.CurrentMessage() is { } message)
            message.ReentrancyId = id;
    }

    /// <summary>Restores the former reentrancy on disposal.</summary>
    public readonly struct ReentrancySection : IDisposable
    {
        private readonly Guid _originalReentrancyId;

        public ReentrancySection(Guid originalReentrancyId, Guid newReentrancyId)
        {
            _originalReentrancyId = originalReentrancyId;
            Mark(newReentrancyId);
            ReentrancyId = newReentrancyId;
        }

        public readonly void Dispose() => ReentrancyId = _originalReentrancyId;
    }

    private sealed record Ambient(Dictionary<string, object>? Values, Guid ReentrancyId, Message? Message)
    {
        public static Ambient Empty { get; } = new(null, Guid.Empty, null);
    }
}
