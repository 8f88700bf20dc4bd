using Warren.Containers;

namespace Warren.Grains.Tests.Containers;

public sealed class SignalsTests
{
    [Theory]
    [InlineData("SIGTERM", 15)]
    [InlineData("term", 15)]
    [InlineData("KILL", 9)]
    [InlineData("SIGCLD", 17)]
    [InlineData("WINCH", 28)]
    [InlineData("SIGSYS", 31)]
    [InlineData("3", 3)]
    [InlineData("64", 64)]
    [InlineData("SIGRTMIN", 34)]
    [InlineData("SIGRTMIN+3", 37)]
    [InlineData("RTMAX-1", 63)]
    public void TryParse_NameOrNumber_GivesTheNumber(string text, int expected)
    {
        Signals.TryParse(text, out var number).ShouldBeTrue();

        number.ShouldBe(expected);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("65")]
    [InlineData("-1")]
    [InlineData("+9")]
    [InlineData("SIG")]
    [InlineData("SIGNOSUCH")]
    [InlineData("RTMIN+31")]
    public void TryParse_NoSignal_IsRefused(string? text) => Signals.TryParse(text, out _).ShouldBeFalse();

    [Theory]
    [InlineData(6, "SIGABRT")]
    [InlineData(17, "SIGCHLD")]
    [InlineData(29, "SIGIO")]
    [InlineData(33, "33")]
    [InlineData(34, "SIGRTMIN")]
    [InlineData(49, "SIGRTMIN+15")]
    [InlineData(50, "SIGRTMAX-14")]
    [InlineData(64, "SIGRTMAX")]
    public void NameOf_Number_GivesTheUsualName(int number, string expected) => Signals.NameOf(number).ShouldBe(expected);

    [Fact]
    public void NameOf_EachSignal_IsReadBack()
    {
        foreach (var number in Enumerable.Range(1, 64))
        {
            Signals.TryParse(Signals.NameOf(number), out var read).ShouldBeTrue();
            read.ShouldBe(number);
        }
    }
}
