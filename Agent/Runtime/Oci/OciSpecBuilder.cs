using System.Collections.Immutable;
using System.Text.Json;
using Warren.Containers;
using Warren.Validation;

namespace Warren.Agent.Runtime.Oci;

/// <summary>
/// Computes the OCI specification of a container. Pure: what depends on the node and the image is in the input. Equal input gives the
/// same bytes.
/// </summary>
internal static class OciSpecBuilder
{
    private const string Version = "1.0.2";

    /// <summary>Before the names of the user's labels among the annotations, where some runtimes act on names of their own.</summary>
    internal const string LabelPrefix = "warren.label.";

    public static OciSpecResult Build(OciSpecInput input)
    {
        var problems = new List<ValidationProblem>();
        var spec = Create(input, problems);
        return problems.Count == 0
            ? new(JsonSerializer.SerializeToUtf8Bytes(spec, OciJson.Default.OciSpec), [])
            : new(default, [.. problems]);
    }

    private static OciSpec Create(OciSpecInput input, List<ValidationProblem> problems)
    {
        var request = input.Request;
        var capabilities = CapabilityList.Compute(request.Spec.Security, input.Node, problems);
        return new()
        {
            OciVersion = Version,
            Process = ProcessSection.Create(input, capabilities, problems),
            Root = new(input.RootPath, request.Spec.Security.ReadOnlyRoot),
            Hostname = request.Hostname,
            Mounts = MountSection.Create(input, problems),
            Annotations = request.OwnerLabels.AddRange(
                request.Spec.Labels.Select(label => KeyValuePair.Create(LabelPrefix + label.Key, label.Value))),
            Linux = CreateLinux(input, capabilities, problems),
        };
    }

    private static OciLinux CreateLinux(OciSpecInput input, CapabilityList capabilities, List<ValidationProblem> problems)
    {
        var request = input.Request;
        var security = request.Spec.Security;
        var sysctls = Sysctls(request);
        var devices = DeviceSection.Nodes(input, problems);
        return new()
        {
            Sysctl = sysctls.IsEmpty ? null : sysctls,
            Resources = ResourceSection.Create(input, DeviceSection.Rules(security, devices), problems),
            CgroupsPath = input.CgroupsPath,
            Namespaces = Namespaces(input, problems),
            Devices = devices.IsEmpty ? null : [.. devices.Select(device => device.Node)],
            Seccomp = Seccomp(input, capabilities, problems),
            RootfsPropagation = MountSection.RootPropagation(request.Mounts),
            MaskedPaths = Paths(security.MaskedPaths, security.Privileged ? [] : GuardedPaths.Masked(input.Node)),
            ReadonlyPaths = Paths(security.ReadOnlyPaths, security.Privileged ? [] : GuardedPaths.ReadOnly),
        };
    }

    // In a network namespace of its own a container may use low ports and ping without privileges: nobody else's are at stake.
    private static ImmutableSortedDictionary<string, string> Sysctls(ContainerRequest request)
    {
        var sysctls = request.Spec.Security.Sysctls;
        if (request.Network is null) return sysctls;
        if (!sysctls.ContainsKey("net.ipv4.ip_unprivileged_port_start")) sysctls = sysctls.Add("net.ipv4.ip_unprivileged_port_start", "0");
        if (!sysctls.ContainsKey("net.ipv4.ping_group_range")) sysctls = sysctls.Add("net.ipv4.ping_group_range", "0 2147483647");
        return sysctls;
    }

    private static List<OciNamespace> Namespaces(OciSpecInput input, List<ValidationProblem> problems)
    {
        var request = input.Request;
        List<OciNamespace> namespaces = [new("mount"), new("uts"), new("pid"), new("ipc")];
        var wantsHost = request.Spec.Network.Mode == NetworkMode.Host;
        if (request.Network is { } network && !wantsHost) namespaces.Add(new("network", network.NamespacePath));
        if (request.Network is null != wantsHost)
        {
            problems.Add(new("network.mode", wantsHost
                ? "is host, but a network namespace was made for the container"
                : $"is {request.Spec.Network.Mode}, but no network namespace was made for the container"));
        }
        // Under v1 a privileged container is there to see the node's own hierarchies.
        var seesAllCgroups = request.Spec.Security.Privileged && input.Node.Cgroups == CgroupVersion.V1;
        if (input.Node.CgroupNamespaces && !seesAllCgroups) namespaces.Add(new("cgroup"));
        return namespaces;
    }

    private static OciSeccomp? Seccomp(OciSpecInput input, CapabilityList capabilities, List<ValidationProblem> problems)
    {
        var security = input.Request.Spec.Security;
        if (security.Privileged || security.Seccomp == SeccompProfile.Unconfined) return null;
        if (input.Node.Seccomp) return SeccompFilter.Create(input.Node, capabilities.Bounding);
        problems.Add(new("security.seccomp", "this node's kernel cannot filter system calls; only unconfined can run here"));
        return null;
    }

    private static IReadOnlyList<string>? Paths(ImmutableArray<string>? given, ImmutableArray<string> usual)
    {
        var paths = given is { IsDefault: false } own ? own : usual;
        return paths.IsEmpty ? null : paths;
    }
}
