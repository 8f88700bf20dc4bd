using System.Collections.Immutable;
using Warren.Access;

namespace Warren.Grains.Access;

/// <summary>
/// The audit log. Calls that were refused for want of a right have a ring of their own, so that whoever may change nothing cannot push out what others have changed. No I/O.
/// </summary>
/// <param name="Admitted">Calls that were let through, and what came of them.</param>
/// <param name="Refused">Calls that were not.</param>
internal sealed record AuditBook(AuditRing Admitted, AuditRing Refused)
{
    /// <summary>An entry that is in one of so many last chunks is not added again: whoever repeats itself does so before it notes anything else.</summary>
    private const int ChunksSearched = 16;

    /// <summary>The cursor of the newest entry; 0: there is none.</summary>
    public long Last => Math.Max(Admitted.Last, Refused.Last);

    /// <summary>Notes what has begun and what came of others. What has its outcome as it begins was refused.</summary>
    /// <returns>The log; the same, if there is nothing new in it.</returns>
    public AuditBook Note(IEnumerable<AuditEntry> begun, IEnumerable<AuditOutcome> ended)
    {
        var book = this;
        foreach (var entry in begun)
        {
            if (book.Admitted.Has(entry.Id, ChunksSearched) || book.Refused.Has(entry.Id, ChunksSearched)) continue;
            var added = entry with { Cursor = book.Last + 1 };
            book = entry.Outcome is null ? book with { Admitted = book.Admitted.Add(added) } : book with { Refused = book.Refused.Add(added) };
        }

        foreach (var outcome in ended)
        {
            var ring = book.Admitted.Complete(outcome);
            if (!ReferenceEquals(ring, book.Admitted)) book = book with { Admitted = ring };
        }

        return book;
    }

    /// <summary>Entries after a cursor; see <see cref="IAuditGrain.ReadAsync"/>.</summary>
    public ImmutableArray<AuditEntry> Read(long cursor, int most)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        var entries = Admitted.Entries.Concat(Refused.Entries).Where(entry => entry.Cursor > cursor).OrderBy(entry => entry.Cursor);
        return [.. (cursor < 0 ? entries.TakeLast((int)Math.Min(-cursor, int.MaxValue)) : entries).Take(most)];
    }
}
