using Warren.Agent.Runtime;
using Warren.Agent.Runtime.Containerd;
using Warren.Agent.Runtime.Containerd.Api.ContainersV1;
using Warren.Agent.Runtime.Containerd.Api.TaskTypes;

namespace Warren.Agent.Tests.Runtime.Containerd;

/// <summary>What is concluded from record, task and marker.</summary>
public sealed class ContainerViewTests
{
    private static readonly DateTimeOffset s_time = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly ContainerExit s_exit = new(3, s_time, OutOfMemory: true);

    [Theory]
    [InlineData(null, null, false, ContainerFinding.Created)]
    [InlineData("boot", null, false, ContainerFinding.Created)]
    [InlineData("boot", null, true, ContainerFinding.Lost)]
    [InlineData("earlier", null, false, ContainerFinding.Lost)]
    [InlineData("boot", Status.Created, false, ContainerFinding.Created)]
    [InlineData("boot", Status.Created, true, ContainerFinding.Created)]
    [InlineData("boot", Status.Running, true, ContainerFinding.Running)]
    [InlineData("boot", Status.Unknown, true, ContainerFinding.Running)]
    [InlineData("boot", Status.Paused, true, ContainerFinding.Running)]
    [InlineData("boot", Status.Stopped, true, ContainerFinding.Ended)]
    [InlineData(null, Status.Running, false, ContainerFinding.Running)]
    internal void Finding_WithoutRecordedExit_FollowsTaskMarkAndMarker(string? begunIn, Status? task, bool hasMarker, ContainerFinding finding) =>
        View(begunIn, task, hasMarker, exit: null).Finding.ShouldBe(finding);

    [Theory]
    [InlineData(null, ContainerFinding.Exited)]
    [InlineData(Status.Stopped, ContainerFinding.ExitedWithTask)]
    internal void Finding_WithRecordedExit_IsExited(Status? task, ContainerFinding finding) => View("boot", task, true, s_exit).Finding.ShouldBe(finding);

    [Fact]
    public void ToStatus_Exited_TellsWhatWasRecorded()
    {
        var status = View("boot", null, true, s_exit).ToStatus(new("web.1"));
        status.State.ShouldBe(ContainerState.Exited);
        status.Exit.ShouldBe(s_exit);
        status.ProcessId.ShouldBeNull();
        status.StartedAt.ShouldBe(s_time);
        status.ImageDigest.ShouldBe("sha256:1");
        status.OwnerLabels.ShouldBe([KeyValuePair.Create("warren.task", "web.1")]);
    }

    [Fact]
    public void Write_ExitAndBegin_AreReadAgain()
    {
        var record = new Container();
        foreach (var exit in (ContainerExit[])[s_exit, new(ContainerExit.Unseen, s_time.AddTicks(7), false)])
        {
            record.Labels[ContainerLabels.Exit] = ContainerLabels.Write(exit);
            ContainerLabels.ReadExit(record).ShouldBe(exit);
        }
        record.Labels[ContainerLabels.Begin] = ContainerLabels.Write(new RunBegin("boot", s_time));
        ContainerLabels.ReadBegin(record).ShouldBe(new RunBegin("boot", s_time));
    }

    [Theory]
    [InlineData("")]
    [InlineData("x 2026")]
    [InlineData("1")]
    public void ReadExit_TextOfAnotherForm_IsNone(string text) =>
        ContainerLabels.ReadExit(new Container { Labels = { [ContainerLabels.Exit] = text } }).ShouldBeNull();

    private static ContainerView View(string? begunIn, Status? task, bool hasMarker, ContainerExit? exit)
    {
        var record = new Container { Id = "web.1", Labels = { ["warren.task"] = "web.1", [ContainerLabels.ImageDigest] = "sha256:1" } };
        if (begunIn is not null) record.Labels[ContainerLabels.Begin] = ContainerLabels.Write(new RunBegin(begunIn, s_time));
        if (exit is not null) record.Labels[ContainerLabels.Exit] = ContainerLabels.Write(exit);
        return new(record, task is { } status ? new Process { Id = "web.1", Pid = 7, Status = status } : null, hasMarker ? s_time : null, "boot");
    }
}
