using Warren.Agent.Logs;

namespace Warren.Agent.Tests.Logs;

public sealed class TailScanTests
{
    // Upper case: an end of a line, lower case: a part; O of stdout, E of stderr. In the order of writing.
    [Theory]
    [InlineData("OOOO", 2, 2, null)]
    [InlineData("OoooO", 1, 1, null)]
    [InlineData("OEOE", 2, 2, 3)]
    [InlineData("OoEoOE", 2, 1, 5)]
    [InlineData("OEoEoOEE", 3, 2, 6)]
    [InlineData("Ooo", 1, 1, null)]
    [InlineData("Ooo", 2, 0, null)]
    [InlineData("OO", 5, 0, null)]
    [InlineData("OO", 0, null, null)]
    public void Take_FromTheEnd_FindsWhereTheLastLinesBegin(string entries, int wanted, int? stdout, int? stderr)
    {
        var scan = new TailScan(wanted);
        for (var i = entries.Length - 1; i >= 0; i--)
        {
            var stream = char.ToUpperInvariant(entries[i]) == 'O' ? LogStream.Stdout : LogStream.Stderr;
            scan.Take(stream, char.IsLower(entries[i]), new LogPlace(1, i));
        }

        scan.Begins[LogStream.Stdout].ShouldBe(stdout is { } o ? new LogPlace(1, o) : LogPlace.End);
        scan.Begins[LogStream.Stderr].ShouldBe(stderr is { } e ? new LogPlace(1, e) : LogPlace.End);
    }

    [Fact]
    public void IsComplete_UntilTheLineBeforeIsSeen_IsFalse()
    {
        var scan = new TailScan(1);
        scan.Take(LogStream.Stdout, false, new(1, 90));
        (scan.IsFull, scan.IsComplete).ShouldBe((true, false));
        scan.Take(LogStream.Stdout, false, new(1, 50));
        scan.IsComplete.ShouldBeTrue();
    }
}
