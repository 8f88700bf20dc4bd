using Warren.Nodes;
using Warren.Services;
using Warren.Tasks;

namespace Warren.Grains.Tests.Tasks;

public sealed class TaskIdTests
{
    [Theory]
    [InlineData("web.3.17")]
    [InlineData("agent.n7k2q.1")]
    [InlineData("backup.12-3.2")]
    public void Parse_EachFormOfSlot_ComesBackAsWritten(string text) => TaskId.Parse(text).ToString().ShouldBe(text);

    [Fact]
    public void Parse_RunSlot_KnowsItsParts()
    {
        var id = TaskId.Parse("backup.12-3.2");
        (id.Service, id.Slot.Run, id.Slot.Number, id.Slot.Node, id.Generation).ShouldBe((new ServiceName("backup"), 12, 3, null, 2));
    }

    [Fact]
    public void Parse_NodeSlot_KnowsItsNode() => TaskId.Parse("agent.n7k2q.1").Slot.Node.ShouldBe(new NodeId("n7k2q"));

    [Theory]
    [InlineData("web.3")]
    [InlineData("web.3.1.1")]
    [InlineData("web.0.1")]
    [InlineData("web.03.1")]
    [InlineData("web.3.0")]
    [InlineData("web.3.01")]
    [InlineData("web.3.+1")]
    [InlineData("web.-3.1")]
    [InlineData("web.1-0.1")]
    [InlineData("web.1-10000.1")]
    [InlineData("web.10000000-1.1")]
    [InlineData("web.3.1000000000")]
    [InlineData("Web.3.1")]
    [InlineData("web.node-1.1")]
    [InlineData("")]
    [InlineData(null)]
    public void TryParse_NoTaskId_IsRefused(string? text) => TaskId.TryParse(text, out _).ShouldBeFalse();

    [Fact]
    public void ToString_LongestParts_AreAValidContainerName()
    {
        var service = new ServiceName(new string('s', ServiceName.MaxLength));
        TaskSlot[] longest =
        [
            TaskSlot.Replica(int.MaxValue),
            TaskSlot.OnNode(new(new string('n', NodeId.MaxLength))),
            TaskSlot.InRun(TaskSlot.MaxRun, TaskSlot.MaxNumberInRun),
        ];
        longest.Max(slot => new TaskId(service, slot, TaskId.MaxGeneration).ToString().Length).ShouldBe(63);
    }

    [Fact]
    public void CompareTo_Numbers_AreOrderedAsNumbers() =>
        new[] { "web.10.1", "web.9.2", "web.9.10", "api.2.1" }.Select(text => TaskId.Parse(text)).Order().Select(id => id.ToString())
            .ShouldBe(["api.2.1", "web.9.2", "web.9.10", "web.10.1"]);
}
