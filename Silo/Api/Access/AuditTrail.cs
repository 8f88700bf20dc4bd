using System.Collections.Immutable;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Warren.Access;
using Warren.Silo.Api.Hosting;

namespace Warren.Silo.Api.Access;

/// <summary>
/// Notes calls that change something. That one has begun is stored while it is carried out, and its answer waits for that, so that no change is answered of which
/// nobody knows whose it was; what came of it follows, with the next entry or a little later. While the store takes nothing the entries wait, in order and bounded, and
/// every entry is a line of the manager's log as well, from which it can be sent elsewhere.
/// </summary>
internal sealed partial class AuditTrail(IGrainFactory grains, ApiSettings settings, TimeProvider time, ILogger<AuditTrail> log) : IAsyncDisposable
{
    /// <summary>The most that wait for the store.</summary>
    private const int MostWaiting = 10_000;

    /// <summary>The same of calls that were refused for want of a right: who may change nothing pushes out no change.</summary>
    private const int MostRefused = 1_000;

    private const int Batch = 200, MaxMessage = 300;

    // Results alone are no hurry; an answer waits for its entry only so long; the store is asked again after so long.
    private static readonly TimeSpan s_results = TimeSpan.FromMilliseconds(200), s_patience = TimeSpan.FromSeconds(2), s_again = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly Queue<AuditNote> _begun = [], _refused = [];
    private readonly Queue<(AuditNote Note, AuditOutcome Outcome)> _ended = [];
    private readonly string _run = RandomNumberGenerator.GetHexString(12, lowercase: true);
    private readonly CancellationTokenSource _stopping = new();
    private TaskCompletionSource _work = NewSignal();
    private Task? _loop;
    private long _number;
    private long _dropped;

    /// <summary>Notes that a call has begun.</summary>
    /// <param name="caller">Who makes it.</param>
    /// <param name="operation">The call.</param>
    /// <param name="target">To what.</param>
    /// <param name="detail">What more there is to say.</param>
    public AuditNote Begin(Caller caller, Operation operation, string target, string detail) => Add(_begun, MostWaiting, EntryOf(caller, operation, target, detail));

    /// <summary>Notes a call that is refused for want of a right; returns once that is stored, or the store has been given its time.</summary>
    /// <param name="caller">Who makes it.</param>
    /// <param name="operation">The call.</param>
    /// <param name="target">To what.</param>
    /// <param name="detail">What more there is to say.</param>
    /// <param name="code">The name of the status.</param>
    /// <param name="message">Why.</param>
    public Task RefuseAsync(Caller caller, Operation operation, string target, string detail, string code, string message)
    {
        var entry = EntryOf(caller, operation, target, detail);
        var outcome = new AuditOutcome { Id = entry.Id, Code = code, Message = Cut(message) };
        LogEntry(entry.Who, entry.From, entry.Operation, entry.Target, entry.Detail, outcome.Code, outcome.Message);
        return PatientlyAsync(Add(_refused, MostRefused, entry with { Outcome = outcome }));
    }

    /// <summary>Notes what came of a call, once that it has begun is stored, or the store has been given its time.</summary>
    /// <param name="note">The call.</param>
    /// <param name="code">The name of the status.</param>
    /// <param name="message">Why it was refused; empty: it was not.</param>
    public async Task EndAsync(AuditNote note, string code, string message)
    {
        var result = new AuditOutcome { Id = note.Entry.Id, Code = code, Message = Cut(message), Took = time.GetElapsedTime(note.Since) };
        LogEntry(note.Entry.Who, note.Entry.From, note.Entry.Operation, note.Entry.Target, note.Entry.Detail, result.Code, result.Message);
        lock (_gate)
        {
            while (_ended.Count >= MostWaiting) _ended.Dequeue();
            _ended.Enqueue((note, result));
            _loop ??= RunAsync();
        }

        await PatientlyAsync(note);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _work.TrySetResult();
        if (_loop is not null) await _loop;
        _stopping.Dispose();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static string Cut(string message) => message.Length <= MaxMessage ? message : message[..MaxMessage];

    private static void Store(Queue<AuditNote> waiting, ImmutableArray<AuditNote> stored)
    {
        foreach (var note in stored)
        {
            if (waiting.TryPeek(out var first) && ReferenceEquals(first, note)) waiting.Dequeue();
            note.Stored.TrySetResult();
        }
    }

    private AuditEntry EntryOf(Caller caller, Operation operation, string target, string detail) => new()
    {
        Id = $"{_run}-{Interlocked.Increment(ref _number)}",
        At = time.GetUtcNow(),
        Who = caller.Who,
        From = caller.From,
        Manager = settings.Manager,
        Operation = $"{operation.Api}/{operation.Method}",
        Target = target,
        Detail = detail,
    };

    private AuditNote Add(Queue<AuditNote> waiting, int most, AuditEntry entry)
    {
        var note = new AuditNote(entry, time.GetTimestamp());
        lock (_gate)
        {
            while (waiting.Count >= most)
            {
                waiting.Dequeue().Stored.TrySetResult();
                if (_dropped++ == 0) LogDropping(most);
            }

            waiting.Enqueue(note);
            _loop ??= RunAsync();
            _work.TrySetResult();
        }

        return note;
    }

    private async Task PatientlyAsync(AuditNote note) => await note.Stored.Task.WaitAsync(s_patience, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    // One loop while there is something to store. Entries wake it; results wait for the next entry, or a moment.
    private async Task RunAsync()
    {
        await Task.Yield();
        while (true)
        {
            await _work.Task.WaitAsync(s_results, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            ImmutableArray<AuditNote> begun, refused;
            ImmutableArray<(AuditNote Note, AuditOutcome Outcome)> ended;
            lock (_gate)
            {
                _work = NewSignal();
                begun = [.. _begun.Take(Batch)];
                refused = [.. _refused.Take(Batch)];

                // One that was stored before its entry would be lost.
                var sent = begun.ToHashSet();
                ended = [.. _ended.Take(Batch).TakeWhile(end => end.Note.Stored.Task.IsCompleted || sent.Contains(end.Note))];
                if (begun.IsEmpty && refused.IsEmpty && ended.IsEmpty)
                {
                    _loop = null;
                    return;
                }
            }

            if (await StoreAsync(begun, refused, ended)) continue;
            if (_stopping.IsCancellationRequested) return;
            await DelayAsync(s_again);
        }
    }

    private async Task<bool> StoreAsync(
        ImmutableArray<AuditNote> begun, ImmutableArray<AuditNote> refused, ImmutableArray<(AuditNote Note, AuditOutcome Outcome)> ended)
    {
        try
        {
            await grains.GetGrain<IAuditGrain>(IAuditGrain.Key).NoteAsync([.. begun.Concat(refused).Select(note => note.Entry)], [.. ended.Select(end => end.Outcome)]);
        }
        catch (Exception failure)
        {
            LogNotStored(failure, begun.Length + refused.Length + ended.Length);
            return false;
        }

        lock (_gate)
        {
            Store(_begun, begun);
            Store(_refused, refused);
            foreach (var end in ended)
            {
                if (_ended.TryPeek(out var first) && ReferenceEquals(first.Outcome, end.Outcome)) _ended.Dequeue();
            }

            if (_begun.Count + _refused.Count > 0) _work.TrySetResult();
        }

        return true;
    }

    private async Task DelayAsync(TimeSpan delay)
    {
        try
        {
            await Task.Delay(delay, time, _stopping.Token);
        }
        catch (OperationCanceledException)
        {
            // What is left is stored once more.
        }
    }

    [LoggerMessage(LogLevel.Information, "{Who} from {From}: {Operation} of {Target} {Detail}: {Code} {Message}")]
    private partial void LogEntry(string who, string from, string operation, string target, string detail, string code, string message);

    [LoggerMessage(LogLevel.Warning, "{Count} entries of the audit log are not stored yet; it is tried again")]
    private partial void LogNotStored(Exception failure, int count);

    [LoggerMessage(LogLevel.Error, "The store takes no entries of the audit log, and {Most} are waiting: the oldest are left out; they stand in this log")]
    private partial void LogDropping(int most);
}
