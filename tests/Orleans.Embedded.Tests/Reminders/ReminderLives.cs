using FsCheck;
using FsCheck.Fluent;

namespace Orleans.Embedded.Tests.Reminders;

/// <summary>A reminder and the times in which some silo ran it.</summary>
/// <param name="StartAt">The first due time.</param>
/// <param name="Period">From one due time to the next.</param>
/// <param name="Spread">Where in the catch-up time a missed tick falls.</param>
/// <param name="TickTime">How long each tick takes.</param>
/// <param name="Lives">When it was run, in order, without overlap.</param>
internal sealed record ReminderLives(DateTime StartAt, TimeSpan Period, double Spread, TimeSpan TickTime, ReminderLives.Life[] Lives)
{
    private static readonly DateTime Epoch = new(2026, 3, 1, 0, 0, 0, DateTimeKind.Utc);

    public static Gen<ReminderLives> Samples { get; } =
        from period in Gen.Elements(7, 60, 61, 300, 3600, 86_400)
        from start in Gen.Choose(0, 5 * period)
        from spread in Gen.Choose(0, 100)
        from tick in Gen.Elements(0, 1, 400)
        from count in Gen.Choose(1, 6)
        from tenths in Gen.ArrayOf(Gen.Frequency((2, Gen.Choose(1, 9)), (2, Gen.Choose(10, 50)), (1, Gen.Choose(50, 200))), count * 2)
        select new ReminderLives(
            Epoch.AddSeconds(start), TimeSpan.FromSeconds(period), spread / 100.0, TimeSpan.FromSeconds(tick), Place([.. tenths.Select(tenth => tenth * period / 10.0)]));

    public override string ToString() =>
        $"start {StartAt:O}, period {Period}, spread {Spread}, tick {TickTime}, lives {string.Join(", ", (object[])Lives)}";

    private static Life[] Place(double[] spans)
    {
        var at = Epoch;
        return
        [
            .. spans.Chunk(2).Select(span =>
            {
                var begin = at.AddSeconds(span[0]);
                at = begin.AddSeconds(span[1]);
                return new Life(begin, at);
            }),
        ];
    }

    public sealed record Life(DateTime Begin, DateTime End)
    {
        public override string ToString() => $"{Begin:O}..{End:O}";
    }
}
