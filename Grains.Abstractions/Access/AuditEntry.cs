namespace Warren.Access;

/// <summary>That somebody asked for something to be changed, and what came of it. It has names and no values.</summary>
[GenerateSerializer, Alias("warren.audit-entry"), Immutable]
public sealed record AuditEntry
{
    /// <summary>The place in the log, counted from 1; 0: it has none yet.</summary>
    [Id(0)]
    public long Cursor { get; init; }

    /// <summary>Which call it is, unique among all; an entry is noted once under it.</summary>
    [Id(1)]
    public required string Id { get; init; }

    /// <summary>When the call came, by the clock of the manager that took it.</summary>
    [Id(2)]
    public required DateTimeOffset At { get; init; }

    /// <summary>Who: <c>root</c>, <c>client alice</c>, <c>token ci (k3m9x2pq)</c>.</summary>
    [Id(3)]
    public required string Who { get; init; }

    /// <summary>From where: an address, or <c>socket</c> for the machine of the manager.</summary>
    [Id(4)]
    public required string From { get; init; }

    /// <summary>The manager that took it.</summary>
    [Id(5)]
    public required string Manager { get; init; }

    /// <summary>What: <c>ServiceApi/Scale</c>.</summary>
    [Id(6)]
    public required string Operation { get; init; }

    /// <summary>To what: <c>service web</c>. Empty: to the cluster.</summary>
    [Id(7)]
    public string Target { get; init; } = "";

    /// <summary>What more there is to say of the request: <c>replicas=5</c>.</summary>
    [Id(8)]
    public string Detail { get; init; } = "";

    /// <summary>What came of it; null: that is not known, because it goes on, or because its manager ended before.</summary>
    [Id(9)]
    public AuditOutcome? Outcome { get; init; }
}
