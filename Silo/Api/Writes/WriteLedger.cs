using Google.Protobuf;
using Proto = Warren.V1;

namespace Warren.Silo.Api.Writes;

/// <summary>
/// The writes that this manager took under a key, so that one that is sent twice is carried out once. Bounded in number, size and time: what falls out is
/// carried out again when it comes again, which its expected version then refuses.
/// </summary>
internal sealed class WriteLedger(TimeProvider time)
{
    /// <summary>How long a write is remembered.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(10);

    /// <summary>How many are.</summary>
    public const int MaxCount = 1_000;

    /// <summary>How many bytes their answers take together.</summary>
    public const int MaxSize = 4 * 1024 * 1024;

    private const int MaxKey = 128;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Entry> _byKey = new(StringComparer.Ordinal);
    private readonly LinkedList<Entry> _byAge = [];
    private long _size;

    /// <summary>Carries a write out, or answers as it did when it was carried out before.</summary>
    /// <param name="options">May hold the key.</param>
    /// <param name="method">Which write it is.</param>
    /// <param name="request">The request.</param>
    /// <param name="write">Carries it out.</param>
    /// <exception cref="ValidationException">The key breaks the rule, or stands for another request.</exception>
    public async Task<T> RunAsync<T>(Proto.WriteOptions? options, string method, IMessage request, Func<Task<T>> write)
        where T : class, IMessage
    {
        if (options is not { IdempotencyKey.Length: > 0 and var length }) return await write();
        if (length > MaxKey) throw Wrong($"must have at most {MaxKey} characters, had {length}");
        var fingerprint = RequestFingerprint.Of(method, request);
        Entry entry;
        bool isNew;
        lock (_gate)
        {
            Forget();
            isNew = !_byKey.TryGetValue(options.IdempotencyKey, out entry!);
            if (isNew)
            {
                entry = new(options.IdempotencyKey, fingerprint, time.GetTimestamp());
                _byKey.Add(entry.Key, entry);
                _byAge.AddLast(entry);
            }
        }

        if (entry.Fingerprint != fingerprint) throw Wrong("stands for another request of the last 10 minutes; take a new key for each write");
        if (!isNew) return (T)await entry.Answer.Task;
        try
        {
            var answer = await write();
            lock (_gate) _size += entry.Size = answer.CalculateSize();
            entry.Answer.SetResult(answer);
            return answer;
        }
        catch (Exception failure)
        {
            // Whoever waits for it fails alike; whoever comes later begins anew.
            lock (_gate) Remove(entry);
            entry.Answer.SetException(failure);
            _ = entry.Answer.Task.Exception;
            throw;
        }
    }

    private static ValidationException Wrong(string message) => new("the request", [new("options.idempotencyKey", message)]);

    private void Forget()
    {
        while (_byAge.First is { Value: var oldest }
            && (time.GetElapsedTime(oldest.At) > KeptFor || _byAge.Count >= MaxCount || _size > MaxSize))
        {
            // What is under way is waited for; the bound on calls bounds it.
            if (!oldest.Answer.Task.IsCompleted) break;
            Remove(oldest);
        }
    }

    private void Remove(Entry entry)
    {
        if (!_byKey.Remove(entry.Key)) return;
        _byAge.Remove(entry);
        _size -= entry.Size;
    }

    private sealed class Entry(string key, string fingerprint, long at)
    {
        public string Key { get; } = key;

        public string Fingerprint { get; } = fingerprint;

        public long At { get; } = at;

        public int Size { get; set; }

        public TaskCompletionSource<IMessage> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
