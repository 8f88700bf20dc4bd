namespace Warren.Images.Registry;

/// <summary>One request did not bring what it should.</summary>
internal sealed class RegistryFailure : Exception
{
    public RegistryFailure(ImageFault fault, string message, bool isTransient = false, TimeSpan? retryAfter = null, Exception? inner = null)
        : base(message, inner)
    {
        Fault = fault;
        IsTransient = isTransient;
        RetryAfter = retryAfter;
    }

    public ImageFault Fault { get; }

    /// <summary>Whether the same request may succeed a little later.</summary>
    public bool IsTransient { get; }

    /// <summary>How long the registry asks to wait.</summary>
    public TimeSpan? RetryAfter { get; }
}
