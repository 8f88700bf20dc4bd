using Warren.Grains.Tests.Testing;
using Warren.Nodes;
using Warren.Scheduling;

namespace Warren.Grains.Tests.Scheduling;

public sealed class PlacementConstraintTests
{
    private static readonly NodeRecord s_node = A.Node("n1").WithLabel("zone", "eu").WithPlatform("linux/arm64/v8") with
    {
        Description = A.Node("n1").Description with
        {
            Platform = Platform.Parse("linux/arm64/v8"),
            Role = NodeRole.Manager,
            Attributes = A.Map(("gpu", "nvidia")),
        },
    };

    [Theory]
    [InlineData("node.labels.zone==eu", true)]
    [InlineData("node.labels.zone == eu", true)]
    [InlineData("node.labels.zone==EU", false)]
    [InlineData("node.labels.zone!=eu", false)]
    [InlineData("node.labels.rack==1", false)]
    [InlineData("node.labels.rack!=1", true)]
    [InlineData("node.attributes.gpu==nvidia", true)]
    [InlineData("node.role==manager", true)]
    [InlineData("node.role!=manager", false)]
    [InlineData("node.role==worker", false)]
    [InlineData("node.id==n1", true)]
    [InlineData("node.id!=n2", true)]
    [InlineData("node.name==n1.example", true)]
    [InlineData("node.hostname==n1.example", true)]
    [InlineData("node.platform.arch==ARM64", true)]
    [InlineData("node.platform.os==linux", true)]
    [InlineData("node.platform.os!=windows", true)]
    [InlineData("node.platform.variant==v8", true)]
    public void IsMetBy_Node_ComparesItsAttribute(string constraint, bool expected) =>
        PlacementConstraint.Parse(constraint).IsMetBy(s_node.Id, s_node.Spec, s_node.Description).ShouldBe(expected);

    [Theory]
    [InlineData("node.labels.zone=eu", "must be <attribute>==<value> or <attribute>!=<value>, was 'node.labels.zone=eu'")]
    [InlineData("node.labels.zone", "must be <attribute>==<value> or <attribute>!=<value>, was 'node.labels.zone'")]
    [InlineData("", "must be <attribute>==<value> or <attribute>!=<value>, was ''")]
    [InlineData("node.labels.zone===eu", "must have one value without '=' and '!' after ==, was '=eu'")]
    [InlineData("node.labels.zone==", "must have one value without '=' and '!' after ==, was ''")]
    public void TryParse_NoConstraint_SaysWhatIsWrong(string text, string expected)
    {
        PlacementConstraint.TryParse(text, out _, out var problem).ShouldBeFalse();
        problem.ShouldBe(expected);
    }

    [Theory]
    [InlineData("labels.zone==eu", "labels.zone")]
    [InlineData("node.labels.==eu", "node.labels.")]
    [InlineData("node.zone==eu", "node.zone")]
    [InlineData("node.labels.my zone==eu", "node.labels.my zone")]
    public void TryParse_UnknownAttribute_NamesThoseThatThereAre(string text, string key)
    {
        PlacementConstraint.TryParse(text, out _, out var problem).ShouldBeFalse();
        problem.ShouldBe(
            "must begin with node.id, node.name, node.hostname, node.role, node.platform.os, node.platform.arch, node.platform.variant, "
            + $"node.labels.<name> or node.attributes.<name>, was '{key}'");
    }

    [Fact]
    public void ToString_WithSpaces_IsTheUsualText() =>
        PlacementConstraint.Parse(" node.role  !=  manager ").ToString().ShouldBe("node.role!=manager");
}
