using Warren.Agent.Managers;
using Warren.Nodes;

namespace Warren.Agent.Tests.Managers;

public sealed class NodeDescriptionReaderTests
{
    [Fact]
    public void Memory_OfMeminfo_IsInBytes() =>
        NodeDescriptionReader.Memory(["MemTotal:        8052148 kB", "MemFree:          123 kB"]).ShouldBe(8_052_148L * 1024);

    [Theory]
    [InlineData("max\n", long.MaxValue)]
    [InlineData("1073741824\n", 1_073_741_824)]
    public void Limit_OfACgroup_IsANumberOrNone(string text, long limit) => NodeDescriptionReader.Limit(text).ShouldBe(limit);

    [Fact]
    public void Capacity_IsTheMachineLessItsReserveAndNeverLessThanNothing()
    {
        NodeDescriptionReader.Capacity(new(4000, 8000), new(500, 1000)).ShouldBe(new ResourceAmount(3500, 7000));
        NodeDescriptionReader.Capacity(new(4000, 8000), new(5000, 9000)).ShouldBe(new ResourceAmount(0, 0));
    }

    [Fact]
    public void SystemName_IsThePrettyOneWithoutQuotes() =>
        NodeDescriptionReader.SystemName(["ID=debian", "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\""]).ShouldBe("Debian GNU/Linux 12 (bookworm)");

    [Fact]
    public void Read_OfThisMachine_BreaksNoRule() =>
        NodeDescriptionValidator.Validate(NodeDescriptionReader.Read("node-1", "warren0", default)).ShouldBeEmpty();
}
