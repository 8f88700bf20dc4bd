namespace Warren.Agent.Health;

/// <summary>What a check found.</summary>
/// <param name="IsSuccess">Whether the container answered as asked.</param>
/// <param name="Detail">What it answered or why there was no answer, in at most 4096 characters: <c>HTTP 503</c>, <c>connection refused</c>.</param>
public sealed record ProbeOutcome(bool IsSuccess, string Detail);
