using Orleans.Runtime.Networking;

namespace Orleans.Embedded.Tests.Networking;

public sealed class ConnectionStateTests
{
    [Fact]
    public void New_Connection_TakesCallsAndMayNotClose()
    {
        var state = default(ConnectionState);

        state.AcceptsCalls.ShouldBeTrue();
        state.IsDraining.ShouldBeFalse();
        state.SayFinished(0, 0).ShouldBeFalse();
        state.MayClose(written: true).ShouldBeFalse();
    }

    [Fact]
    public void SayGoodbye_Twice_IsSentOnce()
    {
        var state = default(ConnectionState);

        state.SayGoodbye().ShouldBeTrue();
        state.SayGoodbye().ShouldBeFalse();

        state.AcceptsCalls.ShouldBeFalse();
        state.AcceptsFrames.ShouldBeTrue();
    }

    [Theory]
    [InlineData(1, 0, false)]
    [InlineData(0, 1, false)]
    [InlineData(0, 0, true)]
    public void SayFinished_AfterBothGoodbyes_WaitsForCallsOfBothSides(int pending, int unanswered, bool finished)
    {
        var state = default(ConnectionState);
        state.SayGoodbye();
        state.SayFinished(0, 0).ShouldBeFalse();
        state.HearGoodbye();

        state.SayFinished(pending, unanswered).ShouldBe(finished);
        state.AcceptsFrames.ShouldBe(!finished);
    }

    [Fact]
    public void MayClose_BothFinished_OnlyWhenAllIsWritten()
    {
        var state = default(ConnectionState);
        state.SayGoodbye();
        state.HearGoodbye();
        state.HearFinished();
        state.MayClose(written: true).ShouldBeFalse();
        state.SayFinished(0, 0).ShouldBeTrue();

        state.MayClose(written: false).ShouldBeFalse();
        state.MayClose(written: true).ShouldBeTrue();
        state.Close().ShouldBeTrue();
        state.Close().ShouldBeFalse();
        state.MayClose(written: true).ShouldBeFalse();
    }
}
