namespace Warren.Grains.Work;

/// <summary>
/// Lets the callers of a grain that come while a write is under way share the next one. Runs in the turns of its grain alone, which must be one whose calls
/// interleave.
/// </summary>
/// <param name="commit">Stores what it is given; when it throws, nothing was stored, and all who gave it get the exception.</param>
internal sealed class GroupCommit<T>(Func<IReadOnlyList<T>, Task> commit)
{
    private List<T> _waiting = [];
    private Task _last = Task.CompletedTask;
    private Task? _next;

    /// <summary>Ends when it is stored.</summary>
    public Task AddAsync(T item)
    {
        _waiting.Add(item);
        return _next ??= _last = RunAsync(_last);
    }

    private async Task RunAsync(Task before)
    {
        // Whoever adds has to know the task of this before it begins; those who come in the same turn are part of it.
        await Task.Yield();

        // Those who came with the one before have its failure already.
        await before.ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        var taken = _waiting;
        (_waiting, _next) = ([], null);
        await commit(taken);
    }
}
