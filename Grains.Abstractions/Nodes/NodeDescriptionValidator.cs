using System.Collections.Immutable;
using System.Net;
using Warren.Validation;

namespace Warren.Nodes;

/// <summary>Tells everything that is wrong with what an agent says about its machine.</summary>
public static class NodeDescriptionValidator
{
    private const int MaxVersion = 256;

    /// <returns>All problems; empty: the node may register.</returns>
    public static ImmutableArray<ValidationProblem> Validate(NodeDescription description)
    {
        var problems = new ProblemList();
        var parts = description.Name.Split('.');
        if (description.Name.Length > 253 || !parts.All(part => NameRules.IsLabel(part)))
            problems.Add("name", $"must be a DNS name in lower case, each part {NameRules.LabelRule()}, was '{description.Name}'");
        if (description.Platform == default) problems.Add("platform", "must be given: <os>/<architecture>[/<variant>]");
        problems.AtLeast("capacity.cpuMillicores", description.Capacity.CpuMillicores, 0);
        problems.AtLeast("capacity.memory", description.Capacity.Memory, 0);
        problems.Known("role", description.Role);
        for (var i = 0; i < description.Addresses.Length; i++)
        {
            if (!IPAddress.TryParse(description.Addresses[i], out _))
                problems.Add($"addresses[{i}]", $"must be an IPv4 or IPv6 address, was '{description.Addresses[i]}'");
        }

        LabelRules.Check(problems, "attributes", description.Attributes);
        Version("agentVersion", description.AgentVersion);
        Version("runtimeVersion", description.RuntimeVersion);
        Version("kernelVersion", description.KernelVersion);
        Version("operatingSystem", description.OperatingSystem);
        return problems.ToImmutable();

        void Version(string path, string text)
        {
            if (text.Length > MaxVersion) problems.Add(path, $"must be at most {MaxVersion} characters, was {text.Length}");
        }
    }
}
