using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;

namespace Warren.Silo.Stores;

/// <summary>
/// Writes rows for all grains of this silo: one loop that puts all writes that wait into one transaction. A write is reported as done
/// only after its commit; a write whose version did not match fails alone.
/// </summary>
internal sealed partial class Committer : IAsyncDisposable
{
    private const int MaxConflictRetries = 3;

    // So long a patient write waits for others: twice what a call takes to its first write on small machines, and little to whoever makes none.
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(3);

    private readonly StoreDatabase _database;
    private readonly StoreOptions _options;
    private readonly StoreScope _scope;
    private readonly StoreMeters _meters;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly WriterRegistration _registration;
    private readonly ConnectionKeeper _keeper;
    private readonly WorkQueue<RowWrite, WriteResult> _queue;
    private readonly Task _loop;

    // Only the loop touches what follows.
    private readonly Queue<RowWrite> _first = new();
    private readonly WriteLanes _lanes = new();
    private readonly BatchLimit _limit;
    private IReadOnlyList<RowWrite> _current = [];
    private CommitDoubt? _doubt;
    private WriterMark? _mark;

    public Committer(StoreDatabase database, StoreOptions options, StoreScope scope, StoreMeters meters, TimeProvider time, ILogger logger)
    {
        _database = database;
        _options = options;
        _scope = scope;
        _meters = meters;
        _time = time;
        _logger = logger;
        _registration = new WriterRegistration(scope.ClusterId, scope.FencedSilo);
        _limit = new BatchLimit(options.MaxBatchRows, options.ForegroundBatchRows, time);
        _keeper = new ConnectionKeeper(database, options, time, logger, "writer");
        _queue = new WorkQueue<RowWrite, WriteResult>(database.Engine.Description, options);
        _loop = Task.Factory.StartNew(RunAsync, CancellationToken.None, TaskCreationOptions.None, database.Engine.WriteScheduler).Unwrap();
    }

    public int Pending => _queue.Pending;

    private string Store => _database.Engine.Description;

    /// <summary>
    /// Makes the write durable. Cancelling has an effect only while the write waits; once it is part of a transaction, its outcome is
    /// told.
    /// </summary>
    /// <exception cref="StoreException">Nothing was written.</exception>
    /// <exception cref="StoreOutcomeUnknownException">It may have been written.</exception>
    public Task<WriteResult> WriteAsync(RowWrite write, CancellationToken cancellationToken = default) =>
        _queue.SubmitAsync(write, cancellationToken);

    /// <summary>Writes what is queued and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Complete();
        await _loop;
        await ForgetWriterAsync();
        await _keeper.DisposeAsync();
    }

    private async Task RunAsync()
    {
        while (await WaitForWorkAsync())
        {
            try
            {
                await StepAsync();
            }
            catch (Exception e)
            {
                // A defect: the state of the connection and of the rows just written is not known.
                LogStepFailed(e, Store);
                await _keeper.DropAsync();
                FailUnknown(_current, new StoreFailure(StoreFault.Rejected, $"{e.GetType().Name}: {e.Message}"));
            }

            _current = [];
            // Lets other work of this scheduler have its turn between two transactions.
            await Task.Yield();
        }
    }

    private async Task<bool> WaitForWorkAsync()
    {
        if (_first.Count > 0 || !_lanes.IsEmpty) return true;
        if (_doubt is null) return await WaitForWritesAsync();

        // A transaction is in doubt: wait until it can be asked for again, or until a call comes that has to be told of the failure.
        if (_keeper.UntilNextAttempt is var wait && wait == TimeSpan.Zero) return true;
        using var stop = new CancellationTokenSource();
        var delay = Task.Delay(wait, _time, stop.Token);
        var work = _queue.WaitAsync(stop.Token).AsTask();
        var isQueueClosed = await Task.WhenAny(work, delay) == work && !await work;
        if (isQueueClosed) await delay;
        await stop.CancelAsync();
        return true;
    }

    // Those that are patient have company soon: one transaction less, which costs as much as any.
    private async Task<bool> WaitForWritesAsync()
    {
        if (!await _queue.WaitAsync()) return false;
        SortIn();
        if (!_lanes.IsPatient) return true;
        using var stop = new CancellationTokenSource();
        await Task.WhenAny(Task.Delay(s_patience, _time, stop.Token), _queue.WaitAsync(stop.Token).AsTask());
        await stop.CancelAsync();
        return true;
    }

    private async Task StepAsync()
    {
        if (await _keeper.TryGetAsync() is not { } connection)
        {
            FailWaiting(_keeper.Failure!);
            GiveUpOldDoubt();
            return;
        }

        if (_doubt is not null && !await SettleDoubtAsync(connection)) return;
        if ((_mark is null || _mark.IsUsedUp) && !await RegisterAsync(connection)) return;
        _current = Collect();
        if (_current.Count > 0) await CommitAsync(connection, _current);
    }

    private List<RowWrite> Collect()
    {
        var batch = new List<RowWrite>();
        var keys = new HashSet<RowKey>();
        var size = 0;
        SortIn();
        var most = _limit.Next(_lanes.HasForeground);
        while (batch.Count < most && TryTake(out var write))
        {
            // A row is written once in a transaction. What comes later for it is in the next one, so that the order is kept.
            if ((batch.Count > 0 && size + write.Size > _options.MaxBatchCharacters) || !keys.Add(write.Key))
            {
                _first.Enqueue(write);
                break;
            }

            batch.Add(write);
            size += write.Size;
        }

        return batch;
    }

    private void SortIn()
    {
        while (_queue.TryRead(out var queued)) _lanes.Add(queued);
    }

    private bool TryTake([NotNullWhen(true)] out RowWrite? write)
    {
        if (_first.TryDequeue(out write)) return true;
        SortIn();
        while (_lanes.TryTake(out write))
        {
            if (write.TryTake()) return true;
        }

        return false;
    }

    private async Task CommitAsync(StoreConnection connection, IReadOnlyList<RowWrite> batch)
    {
        for (var attempt = 0; ; attempt++)
        {
            _mark!.Batch++;
            var plan = BatchPlan.Compute(batch, _mark, _scope.ServiceId, _database.Engine.RowsPerStatement);
            var started = _time.GetTimestamp();
            int[] counts;
            try
            {
                counts = await connection.ExecuteAsync(plan.Statements);
            }
            catch (Exception e)
            {
                var failure = _database.Explain(e);
                if (failure.Retry && attempt < MaxConflictRetries) continue;
                await OnFailureAsync(connection, batch, failure, e);
                return;
            }

            if (counts[0] == 0)
            {
                // The writer's row is fenced or gone. Registering again tells which, and whether this silo may go on.
                _mark = null;
                Repeat(batch, new StoreFailure(StoreFault.Fenced, "its registration as a writer is gone"));
                return;
            }

            _meters.Committed(batch.Count, _time.GetElapsedTime(started));
            await ReportAsync(connection, plan, counts);
            return;
        }
    }

    private async Task ReportAsync(StoreConnection connection, BatchPlan plan, int[] counts)
    {
        var open = new List<RowWrite>();
        for (var i = 0; i < plan.Groups.Count; i++)
        {
            var group = plan.Groups[i];
            if (counts[i + 1] != group.Count)
            {
                open.AddRange(group);
                continue;
            }

            foreach (var write in group)
                write.Succeed(Applied(write));
        }

        if (open.Count == 0) return;
        // Versions are unique, so a row that has the new one was changed by this transaction.
        var versions = await FindVersionsAsync(connection, open);
        if (versions is null) return;
        for (var i = 0; i < open.Count; i++)
            open[i].Succeed(versions[i] == open[i].NewVersion ? Applied(open[i]) : Conflict(versions[i]));
    }

    private async Task OnFailureAsync(StoreConnection connection, IReadOnlyList<RowWrite> batch, StoreFailure failure, Exception e)
    {
        _meters.Failed(failure.Fault);
        LogCommitFailed(e, Store, batch.Count, failure.Fault, failure.Cause);
        if (failure.ConnectionLost) await _keeper.DropAsync();
        if (!failure.NothingWritten)
        {
            await _keeper.DropAsync();
            _doubt = new CommitDoubt(batch, _mark!.Batch, _time.GetTimestamp(), failure);
        }
        else if (failure is { RowFault: true, ConnectionLost: false } && batch.Count > 1)
        {
            await CommitOneByOneAsync(connection, batch);
        }
        else
        {
            Fail(batch, failure, e);
        }
    }

    // One row's data is refused; the others must not suffer for it.
    private async Task CommitOneByOneAsync(StoreConnection connection, IReadOnlyList<RowWrite> batch)
    {
        for (var i = 0; i < batch.Count; i++)
        {
            if (_doubt is not null || _mark is null || await _keeper.TryGetAsync() != connection)
            {
                for (; i < batch.Count; i++)
                    _first.Enqueue(batch[i]);
                return;
            }

            await CommitAsync(connection, [batch[i]]);
        }
    }

    private async Task<bool> RegisterAsync(StoreConnection connection)
    {
        StoreFailure? failure;
        try
        {
            (_mark, failure) = await _registration.RegisterAsync(connection);
            if (failure is null)
            {
                LogRegistered(Store, _mark!.Epoch);
                return true;
            }

            LogFenced(Store, failure.Cause);
        }
        catch (Exception e)
        {
            failure = _database.Explain(e) with { NothingWritten = true };
            LogRegistrationFailed(e, Store, failure.Cause);
            if (failure.ConnectionLost) await _keeper.DropAsync();
        }

        _meters.Failed(failure.Fault);
        FailWaiting(failure);
        return false;
    }

    private async Task ForgetWriterAsync()
    {
        if (_mark is null || await _keeper.TryGetAsync() is not { } connection) return;
        try
        {
            await connection.ExecuteAsync([new BoundStatement(WriterMark.Forget, _mark.Epoch)]);
            _mark = null;
        }
        catch (Exception e)
        {
            // A row that stays does no harm: nobody has its epoch.
            LogForgetFailed(e, Store);
        }
    }

    private async Task<long?[]?> FindVersionsAsync(StoreConnection connection, IReadOnlyList<RowWrite> writes)
    {
        var versions = new long?[writes.Count];
        try
        {
            var probes = writes.Select(write => new BoundStatement(
                write.Family.Probe, _scope.ServiceId, write.Key.GrainType, write.Key.GrainKey, write.Key.Name)).ToArray();
            await connection.QueryAsync(probes, (i, row) => versions[i] = row.GetInt64(0));
            return versions;
        }
        catch (Exception e)
        {
            var failure = _database.Explain(e);
            LogCommitFailed(e, Store, writes.Count, failure.Fault, failure.Cause);
            await _keeper.DropAsync();
            FailUnknown(writes, failure);
            return null;
        }
    }

    private static WriteResult Applied(RowWrite write) => new(true, write.Family.Deletes ? null : write.NewVersion);

    private static WriteResult Conflict(long? found) => new(false, found);

    // Fails all that is queued: while the store is away nobody waits for it.
    private void FailWaiting(StoreFailure failure)
    {
        while (TryTake(out var write))
            write.Fail(failure.ToException(Store));
    }

    private void Fail(IEnumerable<RowWrite> writes, StoreFailure failure, Exception? inner = null)
    {
        foreach (var write in writes)
            write.Fail(failure.ToException(Store, inner));
    }
}
