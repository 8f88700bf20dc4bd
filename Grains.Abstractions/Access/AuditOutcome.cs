namespace Warren.Access;

/// <summary>What came of a call.</summary>
[GenerateSerializer, Alias("warren.audit-result"), Immutable]
public sealed record AuditOutcome
{
    /// <summary>The id of its entry.</summary>
    [Id(0)]
    public required string Id { get; init; }

    /// <summary>The name of the status: <c>OK</c>, <c>PERMISSION_DENIED</c>.</summary>
    [Id(1)]
    public required string Code { get; init; }

    /// <summary>Why it was refused, at most 300 characters. Default: empty.</summary>
    [Id(2)]
    public string Message { get; init; } = "";

    /// <summary>How long it took.</summary>
    [Id(3)]
    public TimeSpan Took { get; init; }
}
