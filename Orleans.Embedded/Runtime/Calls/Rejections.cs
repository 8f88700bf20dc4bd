namespace Orleans.Runtime;

/// <summary>What callers see of a refused call.</summary>
internal static class Rejections
{
    public static Exception ToException(RejectionKind kind, string reason) => kind switch
    {
        RejectionKind.Unavailable => new SiloUnavailableException(reason),
        RejectionKind.Overloaded => new LimitExceededException(reason),
        RejectionKind.ClientNotAvailable => new ClientNotAvailableException(reason),
        RejectionKind.Expired => new TimeoutException(reason),
        _ => new OrleansMessageRejectionException(reason),
    };
}
