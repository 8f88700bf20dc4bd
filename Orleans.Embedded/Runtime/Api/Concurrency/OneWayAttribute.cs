namespace Orleans.Concurrency;

/// <summary>The caller does not wait: the returned task completes when the message is sent, and failures are not reported.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OneWayAttribute : Attribute;
