namespace Orleans.Runtime.Reminders;

/// <summary>What to do about the reminders that run here after the table was read. Each row and each reminder is in one list at most.</summary>
/// <param name="Start">Ours, and not run yet or in an older version.</param>
/// <param name="Stop">Run here, and no longer in the table or no longer ours.</param>
/// <param name="Invalid">Ours, with a period that cannot be run.</param>
internal sealed record ReminderPlan(IReadOnlyList<ReminderRow> Start, IReadOnlyList<ReminderKey> Stop, IReadOnlyList<ReminderRow> Invalid)
{
    /// <param name="running">The versions of the reminders that run here.</param>
    /// <param name="rows">What the table has.</param>
    /// <param name="isOurs">Whether this silo runs the reminders of a grain.</param>
    /// <param name="touched">Reminders that were changed here while the table was read: it may show them as they were, so they stay as they are.</param>
    public static ReminderPlan Compute(
        IReadOnlyDictionary<ReminderKey, string> running,
        IEnumerable<ReminderRow> rows,
        Func<GrainId, bool> isOurs,
        IReadOnlySet<ReminderKey> touched)
    {
        var ours = new Dictionary<ReminderKey, ReminderRow>();
        foreach (var row in rows)
        {
            if (isOurs(row.Key.GrainId)) ours[row.Key] = row;
        }

        var known = ours.Values.Where(row => !touched.Contains(row.Key)).ToLookup(static row => row.Period > TimeSpan.Zero);
        var invalid = known[false].ToList();
        return new ReminderPlan(
            [.. known[true].Where(row => !(running.TryGetValue(row.Key, out var version) && version == row.ETag))],
            [.. running.Keys.Where(key => !Stays(key)), .. invalid.Select(static row => row.Key).Where(running.ContainsKey)],
            invalid);

        bool Stays(ReminderKey key) => isOurs(key.GrainId) && (touched.Contains(key) || ours.ContainsKey(key));
    }
}
