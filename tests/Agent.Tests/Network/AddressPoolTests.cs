using Warren.Agent.Network.Addresses;

namespace Warren.Agent.Tests.Network;

public sealed class AddressPoolTests
{
    [Fact]
    public void Take_EmptyPool_GivesEachNumberOnceInTurn()
    {
        var pool = new AddressPool(prefixLength: 29, cursor: 0);

        Enumerable.Range(0, 6).Select(_ => pool.Take()).ShouldBe([2, 3, 4, 5, 6, null]);
        pool.Size.ShouldBe(5);
    }

    [Fact]
    public void Take_FreedNumber_ComesAfterAllOthers()
    {
        var pool = new AddressPool(prefixLength: 29, cursor: 0);
        pool.Take();
        pool.Take();
        pool.Free(2);

        Enumerable.Range(0, 5).Select(_ => pool.Take()).ShouldBe([4, 5, 6, 2, null]);
    }

    [Theory]
    [InlineData(5, 6)]
    [InlineData(6, 2)]
    [InlineData(0, 2)]
    [InlineData(1, 2)]
    [InlineData(900, 2)]
    public void Take_CursorOfAnEarlierProcess_GoesOnBehindIt(int cursor, int expected) =>
        new AddressPool(prefixLength: 29, cursor).Take().ShouldBe(expected);

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    [InlineData(6, true)]
    [InlineData(7, false)]
    public void Add_TakesNumbersOfContainersOnly(int number, bool isAdded) =>
        new AddressPool(prefixLength: 29, cursor: 0).Add(number).ShouldBe(isAdded);

    [Fact]
    public void Take_LargestSubnet_HasRoom() => new AddressPool(prefixLength: 8, cursor: 0).Size.ShouldBe(16_777_213);
}
