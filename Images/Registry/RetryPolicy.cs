namespace Warren.Images.Registry;

/// <summary>Decides whether and when a failed request is tried again.</summary>
internal sealed class RetryPolicy(RegistryOptions options)
{
    /// <summary>How long to wait before the next try, or null to give up.</summary>
    /// <param name="failure">What went wrong.</param>
    /// <param name="failedInARow">How many tries in a row have failed without progress, this one included.</param>
    /// <param name="sample">A random number from 0 to 1, which spreads the tries of many nodes.</param>
    public TimeSpan? PauseAfter(RegistryFailure failure, int failedInARow, double sample)
    {
        if (!failure.IsTransient || failedInARow >= options.Attempts) return null;
        var factor = 1L << Math.Min(failedInARow - 1, 30);
        var whole = options.FirstPause.Ticks > options.MaxPause.Ticks / factor ? options.MaxPause : options.FirstPause * factor;
        var pause = whole - whole * sample / 2;
        if (failure.RetryAfter is not { } asked) return pause;
        if (asked > options.MaxRetryAfter) return null;
        return asked > pause ? asked : pause;
    }
}
