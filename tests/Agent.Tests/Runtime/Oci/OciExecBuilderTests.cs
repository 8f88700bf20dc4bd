using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Warren.Agent.Runtime;
using Warren.Agent.Runtime.Oci;
using Warren.Containers;

namespace Warren.Agent.Tests.Runtime.Oci;

public sealed class OciExecBuilderTests
{
    private static readonly ExecRequest s_ls = new() { Command = ["ls", "-l"] };

    [Fact]
    public void Build_Plain_IsTheFirstProcessWithAnotherCommand()
    {
        var process = Build(s_ls);
        var first = OciSamples.Build(OciSamples.Input())["process"]!;

        process["args"].Strings().ShouldBe(["ls", "-l"]);
        first["args"] = new JsonArray("ls", "-l");
        process.ToJsonString().ShouldBe(first.ToJsonString());
    }

    [Fact]
    public void Build_OtherUser_ChangesGroupsHomeAndCapabilities()
    {
        var process = Build(s_ls with { User = "web" });

        process["user"]!["uid"]!.GetValue<int>().ShouldBe(1000);
        process["user"]!["additionalGids"].Numbers().ShouldBe([1001, 50, 44]);
        process["env"].Strings().ShouldContain("HOME=/home/web");
        process["capabilities"]!["effective"].ShouldBeNull();
        process["capabilities"]!["bounding"].Strings().Length.ShouldBe(14);
    }

    [Fact]
    public void Build_OtherUserWhereSpecSetsHome_KeepsThatHome()
    {
        var spec = OciSamples.Spec() with { Env = ImmutableSortedDictionary<string, string>.Empty.Add("HOME", "/app") };

        Build(s_ls with { User = "web" }, spec)["env"].Strings().ShouldContain("HOME=/app");
    }

    [Fact]
    public void Build_Terminal_HasSizeAndTerm()
    {
        var process = Build(s_ls with { Tty = true, Size = new(100, 30) });

        process["terminal"]!.GetValue<bool>().ShouldBeTrue();
        process["consoleSize"]!.ToJsonString().ShouldBe("""{"height":30,"width":100}""");
        process["env"].Strings().ShouldContain("TERM=xterm");
    }

    [Fact]
    public void Build_Privileged_HasAllCapabilities()
    {
        var process = Build(s_ls with { Privileged = true });

        process["capabilities"]!["effective"].Strings().ShouldBe(Capabilities.Names);
        process["noNewPrivileges"]!.GetValue<bool>().ShouldBeFalse();
    }

    [Fact]
    public void Build_EnvironmentAndFolder_AreOfTheRequest()
    {
        var process = Build(s_ls with { Env = ImmutableSortedDictionary<string, string>.Empty.Add("LANG", "x"), WorkingDirectory = "/w" });

        process["env"].Strings().ShouldContain("LANG=x");
        process["cwd"]!.GetValue<string>().ShouldBe("/w");
    }

    [Fact]
    public void Build_UnknownUserAndNoCommand_AreRefused()
    {
        var result = OciExecBuilder.Build(Input(new() { Command = [], User = "nobody" }, OciSamples.Spec()));

        result.Problems.Select(problem => problem.ToString())
            .ShouldBe(["command: must be given", "user: 'nobody' is not in the image's /etc/passwd"]);
    }

    private static JsonNode Build(ExecRequest request, ContainerSpec? spec = null)
    {
        var result = OciExecBuilder.Build(Input(request, spec ?? OciSamples.Spec()));
        result.Problems.ShouldBeEmpty();
        return JsonNode.Parse(result.Json.Span)!;
    }

    private static OciExecInput Input(ExecRequest request, ContainerSpec spec) => new()
    {
        Request = request,
        ContainerSpec = OciSpecBuilder.Build(OciSamples.Input(spec)).Json,
        Node = OciSamples.NodeV1,
        Passwd = OciSamples.Passwd,
        Group = OciSamples.Group,
    };
}
