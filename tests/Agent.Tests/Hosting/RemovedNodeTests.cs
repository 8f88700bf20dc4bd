using Warren.Agent.Hosting;
using Warren.Clusters;
using Warren.Hosting.Managers;
using Warren.TestSupport;

namespace Warren.Agent.Tests.Hosting;

public sealed class RemovedNodeTests : IDisposable
{
    private static readonly JoinToken s_first = JoinToken.Create(new('a', 64)), s_second = JoinToken.Create(new('a', 64));

    private readonly TempFolder _folder = TempFolder.Create("removed");

    private WorkerOptions Options => new() { DataDirectory = _folder.Path, Managers = [new ManagerAddress("10.0.0.1", 2390)], Token = s_first };

    [Fact]
    public void Erase_Always_LeavesVolumesAndTheNoteAlone()
    {
        Remove();
        Directory.GetFileSystemEntries(_folder.Path).Select(Path.GetFileName).Order().ShouldBe(["removed", "volumes"]);
        RemovedNode.Describe(Options).ShouldBe(
            $"the node shop7 was removed from the cluster (2026-11-26 12:00:00 UTC); its tasks, assignments, secrets and keys are gone from this machine, its volumes are in {_folder.File("volumes")}. "
                + "To join again as another node give a new token (warren cluster join-token create): warrend worker --token TOKEN --manager HOST");
    }

    [Fact]
    public void Refusal_NeverRemoved_IsNone() => RemovedNode.Refusal(Options).ShouldBeNull();

    [Fact]
    public void Refusal_WithoutAnotherToken_StaysFromStartToStart()
    {
        Remove();
        RemovedNode.Refusal(Options).ShouldNotBeNull();
        RemovedNode.Refusal(Options with { Token = null }).ShouldNotBeNull();
        RemovedNode.Refusal(Options with { Token = s_second, Node = new("shop7") }).ShouldNotBeNull();
        RemovedNode.Refusal(Options with { Managers = [] }).ShouldBeNull();
        RemovedNode.Refusal(Options).ShouldNotBeNull();
    }

    [Fact]
    public void Refusal_AnotherToken_LetsItJoin()
    {
        Remove();
        RemovedNode.Refusal(Options with { Token = s_second }).ShouldBeNull();
        File.Exists(_folder.File("removed")).ShouldBeFalse();
    }

    [Fact]
    public void Refusal_ErasingWasCutShort_DoesTheRest()
    {
        Remove();
        Fill();
        RemovedNode.Refusal(Options with { Token = s_second }).ShouldBeNull();
        Directory.GetFileSystemEntries(_folder.Path).Select(Path.GetFileName).ShouldBe(["volumes"]);
    }

    public void Dispose() => _folder.Dispose();

    private void Remove()
    {
        Fill();
        RemovedNode.Erase(Options, new(2026, 11, 26, 12, 0, 0, TimeSpan.Zero));
    }

    private void Fill()
    {
        foreach (var folder in new[] { "identity", "volumes" }) Directory.CreateDirectory(_folder.File(folder));
        foreach (var file in new[] { "assignments.db", "assignments.db-wal", "assignments.db.damaged", "identity/node.key", "identity/node.crt" }) File.WriteAllText(_folder.File(file), "x");
        File.WriteAllText(_folder.File("node-id"), "shop7");
    }
}
