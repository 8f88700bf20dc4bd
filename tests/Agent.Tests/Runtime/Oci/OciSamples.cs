using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Warren.Agent.Network;
using Warren.Agent.Runtime;
using Warren.Agent.Runtime.Oci;
using Warren.Containers;
using Warren.Images;

namespace Warren.Agent.Tests.Runtime.Oci;

/// <summary>Input for the builders with sane defaults.</summary>
internal static class OciSamples
{
    public const string Passwd = """
        root:x:0:0:root:/root:/bin/sh
        web:x:1000:1001:Web:/home/web:/bin/sh
        nohome:x:1002:1002::
        # a comment, and lines that are no users
        broken:x:many:1:x
        short:x

        """;

    public const string Group = """
        root:x:0:
        web:x:1001:
        staff:x:50:web,other
        video:x:44:root, web
        broken:x:none:web
        """;

    public static NodeFacts NodeV1 { get; } = new()
    {
        Cgroups = CgroupVersion.V1,
        Controllers = ["blkio", "cpu", "cpuset", "devices", "memory", "pids"],
        SwapAccounting = true,
        CgroupNamespaces = true,
        Seccomp = true,
        Capabilities = [.. Capabilities.Names],
        Kernel = new(6, 1, 0),
        Architecture = Architecture.X64,
        ThermalFolders = ["/sys/devices/system/cpu/cpu0/thermal_throttle"],
    };

    public static NodeFacts NodeV2 { get; } = NodeV1 with { Cgroups = CgroupVersion.V2, Controllers = ["cpu", "io", "memory", "pids"] };

    public static ImageConfig Config { get; } = new()
    {
        Entrypoint = ["/bin/web"],
        Cmd = ["--port", "80"],
        Env = ["LANG=C.UTF-8"],
    };

    public static OciSpecInput Input(ContainerSpec? spec = null, ImageConfig? config = null, NodeFacts? node = null)
    {
        spec ??= Spec();
        var id = new ContainerId("web.1");
        return new()
        {
            Request = new()
            {
                Id = id,
                Spec = spec,
                Image = new()
                {
                    Name = "example.test/web:1",
                    Digest = "sha256:00",
                    ManifestDigest = "sha256:00",
                    ChainId = "sha256:00",
                    Config = config ?? Config,
                    Size = 1,
                    Platforms = ["linux/amd64"],
                },
                OwnerLabels = ImmutableSortedDictionary<string, string>.Empty.Add(OwnerLabels.Task, "t1"),
                Network = spec.Network.Mode == NetworkMode.Host ? null : new NetworkAttachment(id, "/run/warren/net/web.1", [], []),
                Hostname = "web-1",
                LogDirectory = "/var/log/web.1",
            },
            Node = node ?? NodeV1,
            CgroupsPath = "/warren/web.1",
            Passwd = Passwd,
            Group = Group,
        };
    }

    public static ContainerSpec Spec() => new() { Image = "example.test/web:1" };

    public static ContainerSpec Spec(SecuritySpec security) => Spec() with { Security = security };

    public static ContainerSpec Spec(ResourceSpec resources) => Spec() with { Resources = resources };

    /// <summary>The specification, which must have no problems.</summary>
    public static JsonNode Build(OciSpecInput input)
    {
        var result = OciSpecBuilder.Build(input);
        result.Problems.ShouldBeEmpty();
        return JsonNode.Parse(result.Json.Span)!;
    }

    /// <inheritdoc cref="Build(OciSpecInput)"/>
    public static JsonNode Build(ContainerSpec spec, ImageConfig? config = null, NodeFacts? node = null) => Build(Input(spec, config, node));

    /// <summary>The problems of input that has some, as text.</summary>
    public static string[] Problems(OciSpecInput input)
    {
        var result = OciSpecBuilder.Build(input);
        result.Json.IsEmpty.ShouldBeTrue();
        return [.. result.Problems.Select(problem => problem.ToString())];
    }

    public static string[] Strings(this JsonNode? node) => [.. node!.AsArray().Select(item => item!.GetValue<string>())];

    public static int[] Numbers(this JsonNode? node) => [.. node!.AsArray().Select(item => item!.GetValue<int>())];

    public static JsonNode Mount(this JsonNode spec, string target) =>
        spec["mounts"]!.AsArray().Single(mount => mount!["destination"]!.GetValue<string>() == target)!;
}
