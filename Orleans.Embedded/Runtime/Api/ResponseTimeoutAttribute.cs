namespace Orleans;

/// <summary>How long callers of this method wait for the answer, in the form <c>hh:mm:ss</c>, instead of the configured default.</summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Interface)]
public sealed class ResponseTimeoutAttribute : Attribute
{
    public ResponseTimeoutAttribute(string timeout) => Timeout = TimeSpan.Parse(timeout, System.Globalization.CultureInfo.InvariantCulture);

    public TimeSpan? Timeout { get; init; }
}
