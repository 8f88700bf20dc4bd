namespace Warren.ControlPlane.Tests.Testing;

/// <summary>Ends managers as by kill -9 between two steps of a grain.</summary>
internal static class SiloKill
{
    /// <summary>
    /// The manager that has a grain dies when the grain is at a step for so many times: "write, before", "write, after", or the same with the name of a
    /// method that it calls. What it was about to do it never does.
    /// </summary>
    /// <param name="cluster">Where.</param>
    /// <param name="grain">What the id of the grain begins with: service/web.</param>
    /// <param name="step">The step.</param>
    /// <param name="nth">At which time.</param>
    /// <param name="written">Is called after each write of the grain.</param>
    /// <returns>Ends when another manager has started in its place.</returns>
    public static Task At(TestCluster cluster, string grain, string step, int nth = 1, Action? written = null)
    {
        var (count, dead) = (0, "");
        var died = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        cluster.Store.AtWrite = (silo, writer, isDone) =>
        {
            if (!IsIt($"{writer}")) return Stay(silo);
            if (isDone) written?.Invoke();
            return Stay(silo, isDone ? "write, after" : "write, before");
        };
        foreach (var faults in cluster.Faults.Values)
        {
            faults.AtCall = (silo, call, isDone) =>
                IsIt($"{call.SourceId}") ? Stay(silo, $"{call.MethodName}, {(isDone ? "after" : "before")}") : Stay(silo);
        }

        return WithLimitAsync();

        bool IsIt(string id) => id.StartsWith(grain, StringComparison.Ordinal);

        async Task WithLimitAsync()
        {
            try
            {
                await died.Task.WaitAsync(Limit.Long);
            }
            catch (TimeoutException)
            {
                throw new TimeoutException($"no manager died: {grain} was not {nth} times at '{step}', but {Volatile.Read(ref count)} times");
            }
        }

        Task Stay(string silo, string? at = null)
        {
            if (silo == Volatile.Read(ref dead)) return Task.Delay(Timeout.Infinite);
            if (at != step || Interlocked.Increment(ref count) != nth) return Task.CompletedTask;
            Volatile.Write(ref dead, silo);
            _ = Task.Run(async () =>
            {
                try
                {
                    await cluster.ReplaceAsync(silo);
                    died.SetResult();
                }
                catch (Exception failure)
                {
                    died.SetException(failure);
                }
            });
            return Task.Delay(Timeout.Infinite);
        }
    }

    /// <summary>Makes a call whose manager may die with it: nobody knows then whether it was stored.</summary>
    public static async Task CallAsync(Func<Task> call)
    {
        try
        {
            await call();
        }
        catch (Exception failure) when (failure is OrleansException or TimeoutException)
        {
            // The manager died with it.
        }
    }
}
