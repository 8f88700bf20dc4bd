using System.Collections.Immutable;
using System.Text;
using Warren.Configs;
using Warren.Tasks;

namespace Warren.Grains.Tests.Configs;

public sealed class ConfigTemplateTests
{
    private static readonly ConfigFacts s_facts = new()
    {
        Task = TaskId.Parse("web.3.17"),
        ServiceLabels = ImmutableSortedDictionary<string, string>.Empty.Add("com.example/team", "blue"),
        Node = new("n1"),
        Hostname = "shop-7",
        Platform = new("linux", "arm64"),
        NodeLabels = ImmutableSortedDictionary<string, string>.Empty.Add("zone", "north").Add("empty", ""),
    };

    [Theory]
    [InlineData("", "")]
    [InlineData("no fields, { } and }}", "no fields, { } and }}")]
    [InlineData("{{node.id}}/{{ node.hostname }}", "n1/shop-7")]
    [InlineData("{{node.platform.os}} {{node.platform.architecture}}", "linux arm64")]
    [InlineData("{{task.id}} {{task.name}} {{task.slot}} {{task.generation}}", "web.3.17 web.3 3 17")]
    [InlineData("{{service.name}}:{{service.labels.com.example/team}}\n", "web:blue\n")]
    [InlineData("[{{node.labels.zone}}][{{node.labels.empty}}]", "[north][]")]
    [InlineData("{{node.labels.rack | default \"none\"}}{{node.labels.zone|default \"none\"}}{{node.labels.rack | default \"\"}}", "nonenorth")]
    [InlineData("{{\"{{\"}}node.id{{\"}}\"}}", "{{node.id}}")]
    [InlineData("é{{node.id}}ü", "én1ü")]
    public void Expand_KnownFields_FillsThemIn(string template, string content) => Expand(template).ShouldBe(content);

    [Fact]
    public void Check_ManyMistakes_TellsEachWithItsPlace()
    {
        ConfigTemplate.Check("ok {{node.id}}\né {{node.hostnam}}, {{}}\n\n{{task.slot\n {{node.labels.}} {{node.id | default \"x\"}}\n{{node.labels.a | upper}}"u8)
            .Select(problem => problem.Split("; known are")[0]).ShouldBe(
        [
            "line 2, column 3: there is no field 'node.hostnam'",
            "line 2, column 21: there is no field ''",
            "line 4, column 1: '{{' is not closed on its line; for the braces themselves write {{\"{{\"}}",
            "line 5, column 2: there is no field 'node.labels.'",
            "line 5, column 19: node.id is never missing; leave its default out",
            "line 6, column 1: after '|' must come default \"TEXT\", was 'upper'",
        ]);
    }

    [Fact]
    public void Check_UnknownField_NamesTheKnown() => ConfigTemplate.Check("{{x}}"u8).ShouldBe(
    [
        "line 1, column 1: there is no field 'x'; known are node.hostname, node.id, node.labels.NAME, node.platform.architecture, node.platform.os, service.labels.NAME, service.name, "
            + "task.generation, task.id, task.name, task.slot",
    ]);

    [Fact]
    public void Check_ManyMore_AreCounted()
    {
        var problems = ConfigTemplate.Check(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{{x}}\n", 1_000))));
        (problems.Length, problems[^1]).ShouldBe((21, "and 980 more"));
    }

    [Fact]
    public void Check_NotText_IsRefused() => ConfigTemplate.Check([0x7b, 0x7b, 0xff]).ShouldBe(["must be UTF-8 text, since it is a template"]);

    [Fact]
    public void Expand_MissingLabels_TellsEach() => ConfigTemplate.Expand("{{node.labels.rack}}\n {{service.labels.tier}}"u8, s_facts).Problems.ShouldBe(
    [
        "line 1, column 1: the node has no label rack; set it, or write {{node.labels.rack | default \"TEXT\"}}",
        "line 2, column 2: the service has no label tier; set it, or write {{service.labels.tier | default \"TEXT\"}}",
    ]);

    [Fact]
    public void Expand_PastTheLimit_IsRefused()
    {
        var template = string.Concat(Enumerable.Repeat("{{node.labels.zone}}", ConfigSpec.MaxSize / 20));
        var facts = s_facts with { NodeLabels = s_facts.NodeLabels.SetItem("zone", new('z', 21)) };
        ConfigTemplate.Check(Encoding.UTF8.GetBytes(template)).ShouldBeEmpty();
        ConfigTemplate.Expand(Encoding.UTF8.GetBytes(template), facts).Problems.ShouldBe(
            ["it must be at most 1048576 bytes once its fields are filled in, was 1100988"]);
    }

    [Fact]
    public void Validate_BracesInWhatIsNoTemplate_AreCharacters()
    {
        ConfigSpec spec = new() { Name = new("a"), Content = "{{ .Node }}"u8.ToArray() };
        ConfigSpecValidator.Validate(spec).ShouldBeEmpty();
        ConfigSpecValidator.Validate(spec with { IsTemplate = true }).ShouldHaveSingleItem().Path.ShouldBe("content");
    }

    private static string Expand(string template)
    {
        var (content, problems) = ConfigTemplate.Expand(Encoding.UTF8.GetBytes(template), s_facts);
        problems.ShouldBeEmpty();
        return Encoding.UTF8.GetString(content.Span);
    }
}
