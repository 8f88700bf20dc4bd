namespace Warren.Silo.Stores;

/// <summary>The statements of one transaction, and which rows each of them is to change.</summary>
/// <param name="Statements">The first claims the batch.</param>
/// <param name="Groups">The rows of each statement after the first.</param>
internal sealed record BatchPlan(IReadOnlyList<BoundStatement> Statements, IReadOnlyList<ArraySegment<RowWrite>> Groups)
{
    // Statements come in few sizes, so that few texts have to be prepared.
    private static readonly int[] s_sizes = [64, 16, 4, 1];

    /// <summary>Puts the writes, which name different rows, into statements, in an order that is the same for all processes.</summary>
    public static BatchPlan Compute(IEnumerable<RowWrite> writes, WriterMark mark, string serviceId, int rowsPerStatement)
    {
        var ordered = writes.OrderBy(write => write.Family.Order).ThenBy(write => write.Key).ToArray();
        var statements = new List<BoundStatement> { new(WriterMark.Claim, mark.Epoch, mark.Batch) };
        var groups = new List<ArraySegment<RowWrite>>();
        for (var start = 0; start < ordered.Length;)
        {
            var family = ordered[start].Family;
            var most = Math.Min(family.MaxRows, rowsPerStatement);
            var limit = ordered.Skip(start).Take(most).TakeWhile(write => write.Family == family).Count();
            var size = s_sizes.First(size => size <= limit);
            var group = new ArraySegment<RowWrite>(ordered, start, size);
            statements.Add(Bind(group, mark, serviceId));
            groups.Add(group);
            start += size;
        }

        return new BatchPlan(statements, groups);
    }

    private static BoundStatement Bind(ArraySegment<RowWrite> group, WriterMark mark, string serviceId)
    {
        var family = group[0].Family;
        var values = new List<object?>(3 + (group.Count * family.Columns)) { mark.Epoch, mark.Batch, serviceId };
        foreach (var write in group)
        {
            write.NewVersion = mark.NextVersion();
            write.AddValues(values);
        }

        return new BoundStatement(family.Statement(group.Count), [.. values]);
    }
}
