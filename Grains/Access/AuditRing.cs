using System.Collections.Immutable;
using Warren.Access;

namespace Warren.Grains.Access;

/// <summary>Chunks of entries of which the oldest gives way to the newest. No I/O.</summary>
/// <param name="Rows">How many chunks are kept, at least 2.</param>
/// <param name="Chunks">The chunks, oldest first, as many as there are rows at most.</param>
internal sealed record AuditRing(int Rows, ImmutableList<AuditChunk> Chunks)
{
    /// <summary>The cursor of the newest entry; 0: there is none.</summary>
    public long Last => Chunks.IsEmpty ? 0 : Chunks[^1].Entries[^1].Cursor;

    /// <summary>The entries, oldest first.</summary>
    public IEnumerable<AuditEntry> Entries => Chunks.SelectMany(chunk => chunk.Entries);

    /// <summary>A ring as it was stored.</summary>
    /// <param name="rows">How many chunks are kept, at least 2.</param>
    /// <param name="stored">The chunks, in any order.</param>
    public static AuditRing Load(int rows, IEnumerable<AuditChunk> stored)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 2);
        return new(rows, [.. stored.Where(chunk => !chunk.Entries.IsEmpty).OrderBy(chunk => chunk.Number)]);
    }

    /// <summary>Adds an entry, whose cursor is greater than all here.</summary>
    public AuditRing Add(AuditEntry entry)
    {
        if (!Chunks.IsEmpty && Chunks[^1].Entries.Length < AuditChunk.Size)
            return this with { Chunks = Chunks.SetItem(Chunks.Count - 1, Chunks[^1] with { Entries = Chunks[^1].Entries.Add(entry) }) };
        var chunks = Chunks.Add(new() { Number = Chunks.IsEmpty ? 1 : Chunks[^1].Number + 1, Entries = [entry] });
        return this with { Chunks = chunks.Count > Rows ? chunks.RemoveAt(0) : chunks };
    }

    /// <summary>Adds what came of a call, if its entry is here and has no outcome yet.</summary>
    public AuditRing Complete(AuditOutcome outcome)
    {
        if (Find(outcome.Id, Rows) is not var (chunk, at) || Chunks[chunk].Entries[at].Outcome is not null) return this;
        var entries = Chunks[chunk].Entries;
        return this with { Chunks = Chunks.SetItem(chunk, Chunks[chunk] with { Entries = entries.SetItem(at, entries[at] with { Outcome = outcome }) }) };
    }

    /// <summary>Whether an entry is in one of so many last chunks.</summary>
    public bool Has(string id, int chunks) => Find(id, chunks) is not null;

    /// <summary>The chunks that are not as they were before, oldest first.</summary>
    public ImmutableArray<AuditChunk> Since(AuditRing before)
    {
        var known = before.Chunks.ToHashSet(ReferenceEqualityComparer.Instance);
        return [.. Chunks.Where(chunk => !known.Contains(chunk))];
    }

    // What is asked for has nearly always been added just now.
    private (int Chunk, int At)? Find(string id, int most)
    {
        for (var chunk = Chunks.Count - 1; chunk >= Math.Max(0, Chunks.Count - most); chunk--)
        {
            var entries = Chunks[chunk].Entries;
            for (var at = entries.Length - 1; at >= 0; at--)
            {
                if (entries[at].Id == id) return (chunk, at);
            }
        }

        return null;
    }
}
