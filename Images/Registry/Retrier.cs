using Microsoft.Extensions.Logging;

namespace Warren.Images.Registry;

/// <summary>Tries again, by the policy, and tells why.</summary>
internal sealed partial class Retrier(RetryPolicy policy, TimeProvider time, Func<double> sample, Action<string> note, ILogger logger)
{
    /// <param name="attempt">Does the work; what it has got before it failed counts as progress.</param>
    /// <param name="progress">A number that grows with what has been got.</param>
    /// <param name="least">By how much it has to grow for the tries to be counted anew.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RegistryFailure">The last failure.</exception>
    public async Task<T> RunAsync<T>(
        Func<CancellationToken, Task<T>> attempt, Func<long> progress, long least, CancellationToken cancellationToken)
    {
        var failed = 0;
        for (var before = progress(); ;)
        {
            try
            {
                return await attempt(cancellationToken);
            }
            catch (RegistryFailure failure)
            {
                var now = progress();
                if (now - before >= least) failed = 0;
                before = now;
                failed++;
                if (policy.PauseAfter(failure, failed, sample()) is not { } pause) throw;
                LogRetry(failure.Message, pause, failed);
                note($"{failure.Message}; trying again in {pause.TotalSeconds:0.0} s");
                await Task.Delay(pause, time, cancellationToken);
                note("");
            }
        }
    }

    [LoggerMessage(LogLevel.Information, "{Problem}; trying again in {Pause} (failed {Failed} times in a row)")]
    private partial void LogRetry(string problem, TimeSpan pause, int failed);
}
