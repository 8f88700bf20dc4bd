using Warren.Agent.Managers;
using Warren.Nodes;
using Warren.TestSupport;

namespace Warren.Agent.Tests.Managers;

public sealed class NodeIdFileTests : IDisposable
{
    private readonly TempFolder _folder = TempFolder.Create("node-id");

    [Fact]
    public void Ensure_FirstStart_MakesOneAndKeepsIt()
    {
        var made = NodeIdFile.Ensure(_folder.Path, given: null);
        NodeIdFile.Ensure(_folder.Path, given: null).ShouldBe(made);
        NodeIdFile.Ensure(_folder.Path, made).ShouldBe(made);
    }

    [Fact]
    public void Ensure_Given_IsKept()
    {
        NodeIdFile.Ensure(_folder.Path, new NodeId("edge7")).ShouldBe(new NodeId("edge7"));
        NodeIdFile.Ensure(_folder.Path, given: null).ShouldBe(new NodeId("edge7"));
    }

    [Fact]
    public void Ensure_AnotherThanKept_IsRefusedByBothNames()
    {
        NodeIdFile.Ensure(_folder.Path, new NodeId("edge7"));
        Should.Throw<InvalidDataException>(() => NodeIdFile.Ensure(_folder.Path, new NodeId("edge8"))).Message
            .ShouldStartWith($"--node-id: this worker's data folder {_folder.Path} is that of node edge7, not of edge8");
    }

    [Fact]
    public async Task Ensure_ManyStartsAtOnce_HaveOneId()
    {
        for (var round = 0; round < 20; round++)
        {
            var ids = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => NodeIdFile.Ensure(_folder.Path, given: null))));
            ids.Distinct().ShouldHaveSingleItem();
            NodeIdFile.Forget(_folder.Path);
        }
    }

    [Fact]
    public void Ensure_DamagedFile_IsNamed()
    {
        File.WriteAllText(_folder.File("node-id"), "Not An Id");
        Should.Throw<InvalidDataException>(() => NodeIdFile.Ensure(_folder.Path, given: null)).Message.ShouldContain("'Not An Id' is no node id");
    }

    public void Dispose() => _folder.Dispose();
}
