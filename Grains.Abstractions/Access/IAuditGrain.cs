using System.Collections.Immutable;
using Orleans.Concurrency;

namespace Warren.Access;

/// <summary>The bounded, stored log of who asked for which change, and what came of it; key <see cref="Key"/>.</summary>
[Alias("warren.audit-grain")]
public interface IAuditGrain : IGrainWithStringKey
{
    /// <summary>The key of the only one.</summary>
    const string Key = "audit";

    /// <summary>
    /// Notes calls that have begun, and what came of others. A call that was refused for want of a right has its outcome as it begins; those are kept apart, so that
    /// they push out no other. Returns once it is stored. What was noted before is not noted again, so that whoever has no answer repeats itself; results of entries
    /// that are not kept any more are dropped.
    /// </summary>
    [Alias("NoteAsync"), AlwaysInterleave]
    Task NoteAsync(ImmutableArray<AuditEntry> begun, ImmutableArray<AuditOutcome> ended);

    /// <summary>Entries after a cursor, in order; 0: from the oldest that is kept. One whose entries are gone goes on with the oldest.</summary>
    /// <param name="cursor">Of the last entry that the reader has; negative: so many of the last ones.</param>
    /// <param name="most">The most entries, at least 1.</param>
    [Alias("ReadAsync"), AlwaysInterleave]
    Task<ImmutableArray<AuditEntry>> ReadAsync(long cursor, int most);
}
