namespace Orleans.Configuration;

/// <summary>How a silo calls and is called.</summary>
public sealed class SiloMessagingOptions : MessagingOptions
{
    public const int DEFAULT_MAX_ENQUEUED_REQUESTS_HARD_LIMIT = 10_000;

    /// <summary>Calls that may wait for one grain; the next is refused with <see cref="Runtime.LimitExceededException"/>. Default: 10,000.</summary>
    public int MaxEnqueuedRequestsHardLimit { get; set; } = DEFAULT_MAX_ENQUEUED_REQUESTS_HARD_LIMIT;
}
