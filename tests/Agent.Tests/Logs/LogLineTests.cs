using System.Text;
using Warren.Agent.Logs;

namespace Warren.Agent.Tests.Logs;

public sealed class LogLineTests
{
    private const string Valid = "2026-11-25T19:00:35.123456789Z stderr P some text";

    [Fact]
    public void TryParse_Valid_GivesTimeStreamAndTag()
    {
        LogLine.TryParse(Encoding.UTF8.GetBytes(Valid), out var head).ShouldBeTrue();
        head.At.ShouldBe(new DateTimeOffset(2026, 11, 25, 19, 0, 35, TimeSpan.Zero).AddTicks(1234567));
        head.Stream.ShouldBe(LogStream.Stderr);
        head.IsPartial.ShouldBeTrue();
        Valid[head.TextStart..].ShouldBe("some text");
    }

    [Fact]
    public void TryParse_EmptyText_IsALine()
    {
        LogLine.TryParse("2024-02-29T23:59:59.000000000Z stdout F "u8, out var head).ShouldBeTrue();
        (head.Stream, head.IsPartial, head.TextStart).ShouldBe((LogStream.Stdout, false, 40));
    }

    [Theory]
    [InlineData("")]
    [InlineData("2026-11-25T19:00:35.123456789Z stdout F")]
    [InlineData("2026-11-25T19:00:35.123456789Z stdout X text")]
    [InlineData("2026-11-25T19:00:35.123456789Z stdin  F text")]
    [InlineData("2026-13-25T19:00:35.123456789Z stdout F text")]
    [InlineData("2026-02-29T19:00:35.123456789Z stdout F text")]
    [InlineData("0000-02-28T19:00:35.123456789Z stdout F text")]
    [InlineData("2026-11-25T24:00:35.123456789Z stdout F text")]
    [InlineData("2026-11-25T19:00:35.12345678 Z stdout F text")]
    [InlineData("2026-11-25T19:00:35.-23456789Z stdout F text")]
    [InlineData("2026-11-25 19:00:35.123456789Z stdout F text")]
    public void TryParse_Other_IsNoLine(string line) => LogLine.TryParse(Encoding.UTF8.GetBytes(line), out _).ShouldBeFalse();

    [Fact]
    public void TryParse_AnyBytes_NeverThrows()
    {
        var random = new Random(20261125);
        var valid = Encoding.UTF8.GetBytes(Valid);
        var (taken, refused) = (0, 0);
        for (var i = 0; i < 200_000; i++)
        {
            var line = valid.AsSpan().ToArray();
            for (var changes = random.Next(3); changes > 0; changes--) line[random.Next(line.Length)] = (byte)random.Next(256);
            var length = random.Next(4) == 0 ? random.Next(line.Length) : line.Length;
            if (LogLine.TryParse(line.AsSpan(0, length), out var head))
            {
                taken++;
                head.TextStart.ShouldBe(40);
            }
            else
            {
                refused++;
            }
        }

        taken.ShouldBeGreaterThan(20_000);
        refused.ShouldBeGreaterThan(20_000);
    }
}
