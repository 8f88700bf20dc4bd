using System.Globalization;

namespace Warren.Silo.Stores;

/// <summary>Commits whose outcome is not known.</summary>
internal sealed partial class Committer
{
    private const int MaxRepeats = 1;

    /// <summary>Finds out what became of the transaction in doubt. False if the connection failed once more.</summary>
    private async Task<bool> SettleDoubtAsync(StoreConnection connection)
    {
        var doubt = _doubt!;
        long? batch = null;
        try
        {
            // Waits while the old connection's transaction still runs in the server. What is read after this commit is as durable as
            // the commit itself, on a server that waits for its standby too.
            await connection.ExecuteAsync([new BoundStatement(WriterMark.Touch, _mark!.Epoch)]);
            await connection.QueryAsync([new BoundStatement(WriterMark.FindBatch, _mark.Epoch)], (_, row) => batch = row.GetInt64(0));
        }
        catch (Exception e)
        {
            var failure = _database.Explain(e);
            LogSettlingFailed(e, Store, failure.Cause);
            await _keeper.DropAsync();
            FailWaiting(failure with { NothingWritten = true });
            GiveUpOldDoubt();
            return false;
        }

        _doubt = null;
        LogSettled(Store, doubt.Writes.Count, batch == doubt.Batch);
        if (batch == doubt.Batch)
        {
            await ReportCommittedAsync(connection, doubt.Writes);
        }
        else if (batch is null)
        {
            // Without the writer's row nothing tells.
            _mark = null;
            FailUnknown(doubt.Writes, doubt.Failure);
        }
        else
        {
            Repeat(doubt.Writes, doubt.Failure);
        }

        return true;
    }

    private async Task ReportCommittedAsync(StoreConnection connection, IReadOnlyList<RowWrite> writes)
    {
        var versions = await FindVersionsAsync(connection, writes);
        if (versions is null) return;
        for (var i = 0; i < writes.Count; i++)
        {
            var family = writes[i].Family;
            var isAsWanted = family.Unconditional || (family.Deletes ? versions[i] is null : versions[i] == writes[i].NewVersion);
            writes[i].Succeed(isAsWanted ? Applied(writes[i]) : Conflict(versions[i]));
        }
    }

    // It is certain that these were not written, so writing them again is safe; their versions are compared as the first time.
    private void Repeat(IEnumerable<RowWrite> writes, StoreFailure failure)
    {
        foreach (var write in writes)
        {
            if (write.Repeats++ < MaxRepeats) _first.Enqueue(write);
            else write.Fail(failure.ToException(Store));
        }
    }

    private void GiveUpOldDoubt()
    {
        if (_doubt is not { } doubt || _time.GetElapsedTime(doubt.Since) < _options.OutcomeTimeout) return;
        _doubt = null;
        FailUnknown(doubt.Writes, doubt.Failure);
    }

    private void FailUnknown(IReadOnlyCollection<RowWrite> writes, StoreFailure failure)
    {
        if (writes.Count == 0) return;
        _meters.Unknown(writes.Count);
        LogOutcomeUnknown(Store, writes.Count, failure.Cause);
        foreach (var write in writes)
        {
            var seconds = _options.OutcomeTimeout.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture);
            write.Fail(new StoreOutcomeUnknownException(
                $"The {Store} may or may not have written {write.Key}: the connection broke during the commit "
                + $"({failure.Cause.TrimEnd('.')}), and it could not be asked within {seconds} s. Read it again before writing it."));
        }
    }
}
