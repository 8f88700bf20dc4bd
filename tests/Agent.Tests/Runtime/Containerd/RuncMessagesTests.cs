using Warren.Agent.Runtime.Containerd;

namespace Warren.Agent.Tests.Runtime.Containerd;

/// <summary>Messages as runc and containerd's shim write them.</summary>
public sealed class RuncMessagesTests
{
    private const string Before = "failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: ";

    [Theory]
    [InlineData(Before + "exec: \"foo\": executable file not found in $PATH: unknown", "the command 'foo' does not exist in the image")]
    [InlineData(Before + "exec: \"/bin/foo\": stat /bin/foo: no such file or directory: unknown", "the command '/bin/foo' does not exist in the image")]
    [InlineData(
        Before + "exec: \"/etc/passwd\": permission denied: unknown",
        "the command '/etc/passwd' may not be run: it is no program, or its mode does not let this user execute it")]
    [InlineData(
        "OCI runtime exec failed: exec failed: unable to start container process: exec: \"foo\": executable file not found in $PATH: unknown",
        "the command 'foo' does not exist in the image")]
    [InlineData("OCI runtime create failed: runc did not terminate successfully: exit status 127: /usr/bin/runc: not found: unknown", null)]
    public void Explain_Message_IsForWhoWroteTheSpec(string text, string? explanation) => RuncMessages.Explain(text).ShouldBe(explanation);

    [Theory]
    [InlineData("OCI runtime create failed: runc did not terminate successfully: signal: killed: : unknown", true)]
    [InlineData("OCI runtime start failed: /usr/sbin/runc did not terminate sucessfully: exit status 137: : unknown", true)]
    [InlineData("OCI runtime create failed: runc did not terminate successfully: exit status 1: unknown", false)]
    public void IsRuncKilled_Message_TellsTheTwoApart(string text, bool isKilled) => RuncMessages.IsRuncKilled(text).ShouldBe(isKilled);

    [Theory]
    [InlineData("failed to start shim: mkdir /run/containerd/io.containerd.runtime.v2.task/warren/web.1: file exists", true)]
    [InlineData("mkdir /run/containerd/io.containerd.runtime.v2.task/warren/web.1: no space left on device", false)]
    public void IsInTheWay_Message_TellsOfALeftFolder(string text, bool isInTheWay) => ShimRemains.IsInTheWay(text).ShouldBe(isInTheWay);

    [Theory]
    [InlineData(
        "failed to start shim: start failed: io.containerd.runc.v2: rename /run/containerd/io.containerd.runtime.v2.task/warren/web.1/.address "
        + "/run/containerd/io.containerd.runtime.v2.task/warren/web.1/address: no such file or directory: exit status 1", true)]
    [InlineData(
        "OCI runtime create failed: unable to retrieve OCI runtime error (open /run/containerd/io.containerd.runtime.v2.task/warren/web.1/log.json: "
        + "no such file or directory): runc did not terminate successfully: exit status 1: unknown", true)]
    [InlineData(
        "error mounting \"/data\" to rootfs at \"/data\": mkdir /run/containerd/io.containerd.runtime.v2.task/warren/web.1/rootfs/data: no such file or directory", false)]
    [InlineData("mkdir /run/containerd/io.containerd.runtime.v2.task/warren/web.1: no such file or directory", false)]
    public void IsTakenAway_Message_TellsOfTheShimsOwnFolderAlone(string text, bool isTakenAway) => ShimRemains.IsTakenAway(text).ShouldBe(isTakenAway);

    [Fact]
    public void Shorten_Message_LeavesTheCause() =>
        RuncMessages.Shorten(Before + "something: unknown").ShouldBe("unable to start container process: something: unknown");
}
