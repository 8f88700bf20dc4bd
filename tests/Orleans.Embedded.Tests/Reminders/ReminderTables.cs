using FsCheck;
using FsCheck.Fluent;
using Orleans.Runtime.Reminders;

namespace Orleans.Embedded.Tests.Reminders;

/// <summary>What a silo runs and what the table has.</summary>
internal sealed record ReminderTables(Dictionary<ReminderKey, string> Running, ReminderRow[] Rows, HashSet<GrainId> Ours)
{
    public static Gen<ReminderTables> Samples { get; } =
        from rows in Gen.ListOf(Gen.Choose(0, 30))
        from versions in Gen.ArrayOf(Gen.Choose(1, 3), 31)
        from periods in Gen.ArrayOf(Gen.Frequency((9, Gen.Constant(60)), (1, Gen.Constant(0))), 31)
        from running in Gen.ListOf(Gen.Choose(0, 30))
        from runningVersions in Gen.ArrayOf(Gen.Choose(1, 3), 31)
        from ours in Gen.ListOf(Gen.Choose(0, 30))
        select new ReminderTables(
            running.Distinct().ToDictionary(Key, number => $"{runningVersions[number]}"),
            [.. rows.Distinct().Select(number => new ReminderRow(Key(number), DateTime.UnixEpoch, TimeSpan.FromSeconds(periods[number]), $"{versions[number]}"))],
            [.. ours.Select(number => Key(number).GrainId)]);

    public static ReminderKey Key(int number) => new(GrainId.Create("test", $"grain-{number}"), "r");

    public bool IsOurs(GrainId grainId) => Ours.Contains(grainId);
}
