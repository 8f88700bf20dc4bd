using Warren.Grains.Tests.Testing;
using Warren.Nodes;

namespace Warren.Grains.Tests.Nodes;

public sealed class NodeValidatorTests
{
    [Fact]
    public void Validate_OrdinaryNode_HasNoProblem()
    {
        NodeSpecValidator.Validate(A.Node().WithLabel("zone", "eu").Spec).ShouldBeEmpty();
        NodeDescriptionValidator.Validate(A.Node().Description with { Addresses = ["10.0.0.1", "fd00::1"] }).ShouldBeEmpty();
    }

    [Fact]
    public void Validate_NodeSpecWithFaults_TellsAll() =>
        NodeSpecValidator.Validate(new() { Labels = A.Map(("a=b", "")), Availability = (NodeAvailability)5 }).Select(problem => problem.ToString()).ShouldBe(
        [
            "labels[a=b]: must have a name of 1 to 256 printable characters without '=' and '!', was 'a=b'",
            "availability: must be one of Active, Cordoned, Drained, was 5",
        ]);

    [Fact]
    public void Validate_DescriptionWithFaults_TellsAll() =>
        NodeDescriptionValidator.Validate(new()
        {
            Name = "Node_1",
            Platform = default,
            Capacity = new(-1, -2),
            Role = (NodeRole)5,
            Addresses = ["10.0.0.1", "nowhere"],
            KernelVersion = new('x', 300),
        }).Select(problem => problem.ToString()).ShouldBe(
        [
            "name: must be a DNS name in lower case, each part 1 to 63 of a-z, 0-9 and '-', beginning and ending with a letter or digit, was 'Node_1'",
            "platform: must be given: <os>/<architecture>[/<variant>]",
            "capacity.cpuMillicores: must be at least 0, was -1",
            "capacity.memory: must be at least 0, was -2",
            "role: must be one of Worker, Manager, was 5",
            "addresses[1]: must be an IPv4 or IPv6 address, was 'nowhere'",
            "kernelVersion: must be at most 256 characters, was 300",
        ]);
}
