namespace Warren.Architecture.Tests.Sources;

/// <summary>The rule on containerd's types, on small sources.</summary>
public sealed class ContainerdNameRuleTests
{
    private const string Import = "using Warren.Agent.Runtime.Containerd.Api.TasksV1;";
    private const string Use = "class C { object o = new Runtime.Containerd.Api.TasksV1.KillRequest(); }";

    [Theory]
    [InlineData("Agent/Health/ExecProbe.cs", Import)]
    [InlineData("Agent/Runtime/Fake/FakeRuntime.cs", Import)]
    [InlineData("Daemon/Worker.cs", Use)]
    public void Sources_NameOutsideTheAdapters_IsFound(string file, string text) =>
        ContainerdNameRule.Sources(SourceSet.Of(file, text)).ShouldHaveSingleItem().ShouldStartWith(file + ":1: names Containerd.Api");

    [Theory]
    [InlineData("Agent/Runtime/Containerd/ContainerdRuntime.cs", Import)]
    [InlineData("Agent/Images/Containerd/ContainerdImageStore.cs", Use)]
    [InlineData("Daemon/Worker.cs", "using Warren.Agent.Runtime.Containerd;")]
    public void Sources_AdapterOrOwnTypes_AreLeftAlone(string file, string text) =>
        ContainerdNameRule.Sources(SourceSet.Of(file, text)).ShouldBeEmpty();
}
