namespace Orleans.Embedded.Tests.Activations;

public sealed class BackgroundShareTests
{
    private const long Busy = 50, Patience = 10;

    [Fact]
    public void TryEnter_WithoutForeground_LetsAllIn()
    {
        var share = new BackgroundShare(processors: 4, Busy, Patience);

        Enumerable.Range(0, 20).ShouldAllBe(_ => share.TryEnter(0));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(3, 1)]
    [InlineData(8, 4)]
    public void TryEnter_ForegroundBusy_LetsInHalfOfTheProcessors(int processors, int most)
    {
        var share = new BackgroundShare(processors, Busy, Patience);
        share.Yield(100);

        Enumerable.Range(0, 20).Count(_ => share.TryEnter(101)).ShouldBe(most);
        share.Leave();
        share.TryEnter(102).ShouldBeTrue();
        share.TryEnter(102).ShouldBeFalse();
    }

    [Fact]
    public void TryEnter_NoneHasBegunForAWhile_LetsInOneMore()
    {
        var share = new BackgroundShare(processors: 2, Busy, Patience);
        share.Yield(100);
        share.TryEnter(100).ShouldBeTrue();

        share.TryEnter(109).ShouldBeFalse();
        share.TryEnter(110).ShouldBeTrue();
        share.TryEnter(110).ShouldBeFalse();
        share.TryEnter(119).ShouldBeFalse();
        share.TryEnter(120).ShouldBeTrue();
    }

    [Fact]
    public void TryEnter_ForegroundIsDone_LetsAllInAgain()
    {
        var share = new BackgroundShare(processors: 2, Busy, Patience);
        share.Yield(100);
        share.TryEnter(148).ShouldBeTrue();

        share.TryEnter(149).ShouldBeFalse();
        share.TryEnter(150).ShouldBeTrue();
        share.TryEnter(150).ShouldBeTrue();
    }
}
