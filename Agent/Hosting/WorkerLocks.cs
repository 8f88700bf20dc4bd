namespace Warren.Agent.Hosting;

/// <summary>The folders of one worker.</summary>
internal sealed class WorkerLocks : IDisposable
{
    private readonly List<WorkerLock> _taken = [];

    /// <summary>Takes them all.</summary>
    /// <returns>A sentence for each that cannot be had.</returns>
    public IReadOnlyList<string> Take(WorkerOptions options)
    {
        var problems = new List<string>();
        foreach (var (option, folder) in new[] { ("--data-dir", options.DataDirectory), ("--run-dir", options.RunDirectory) })
        {
            var (taken, problem) = WorkerLock.Take(option, folder);
            if (taken is not null) _taken.Add(taken);
            if (problem is not null) problems.Add(problem);
        }
        return problems;
    }

    public void Dispose() => _taken.ForEach(taken => taken.Dispose());
}
