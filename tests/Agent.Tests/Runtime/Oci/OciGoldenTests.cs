using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Warren.Agent.Runtime.Oci;
using Warren.Containers;

namespace Warren.Agent.Tests.Runtime.Oci;

/// <summary>
/// Whole specifications against files in <c>Golden</c>. WARREN_WRITE_GOLDEN=1 writes them anew; read the difference before it is committed.
/// The system call filter, which is alike in all, has a file of its own.
/// </summary>
public sealed class OciGoldenTests
{
    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true };

    private static readonly OciSpecInput s_full = Full();

    [Fact]
    public void Build_PlainContainerOnV1_IsTheGoldenFile() => Compare("plain-v1", OciSamples.Input());

    [Fact]
    public void Build_PlainContainerOnV2_IsTheGoldenFile() => Compare("plain-v2", OciSamples.Input(node: OciSamples.NodeV2));

    [Fact]
    public void Build_EveryFieldOnV1_IsTheGoldenFile() => Compare("full-v1", s_full);

    [Fact]
    public void Build_EveryFieldOnV2_IsTheGoldenFile() => Compare("full-v2", s_full with { Node = OciSamples.NodeV2 });

    [Fact]
    public void Build_PrivilegedOnV1_IsTheGoldenFile() => Compare("privileged-v1", Privileged(OciSamples.NodeV1));

    [Fact]
    public void Build_PrivilegedOnV2_IsTheGoldenFile() => Compare("privileged-v2", Privileged(OciSamples.NodeV2));

    [Fact]
    public void Build_HostNetwork_IsTheGoldenFile() =>
        Compare("host-network", OciSamples.Input(OciSamples.Spec() with { Network = new() { Mode = NetworkMode.Host } }));

    [Fact]
    public void Build_DefaultSeccomp_IsTheGoldenFile() =>
        CompareText("seccomp-x64", Indent(OciSamples.Build(OciSamples.Spec())["linux"]!["seccomp"]!));

    [Fact]
    public void Build_SameInputTwice_GivesTheSameBytes() =>
        OciSpecBuilder.Build(s_full).Json.Span.SequenceEqual(OciSpecBuilder.Build(Full()).Json.Span).ShouldBeTrue();

    private static OciSpecInput Privileged(NodeFacts node) =>
        OciSamples.Input(OciSamples.Spec(new SecuritySpec { Privileged = true }), node: node) with
        {
            Devices = [new("/dev/kvm", false, 10, 232, 0x1B0, 0, 104), new("/dev/loop0", true, 7, 0, 0x1B0, 0, 6)],
        };

    private static OciSpecInput Full()
    {
        var input = OciSamples.Input(new()
        {
            Image = "example.test/web:1",
            Command = ["/bin/other", "-x"],
            Args = ["a b", "ü"],
            Env = ImmutableSortedDictionary<string, string>.Empty.Add("LANG", "de_DE.UTF-8").Add("MODE", "a=b"),
            User = "web",
            Groups = ["staff", "777"],
            WorkingDirectory = "/srv",
            Labels = ImmutableSortedDictionary<string, string>.Empty.Add("team", "blue"),
            Init = true,
            Tty = true,
            Security = new()
            {
                AddCapabilities = ["NET_ADMIN"],
                DropCapabilities = ["CAP_MKNOD", "net_raw"],
                AllowNewPrivileges = true,
                ReadOnlyRoot = true,
                MaskedPaths = ["/proc/kcore"],
                ReadOnlyPaths = [],
                Devices = [new() { Source = "/dev/snd", Target = "/dev/sound", Access = "rw" }, new() { Source = "/dev/fuse" }],
                Sysctls = ImmutableSortedDictionary<string, string>.Empty.Add("net.core.somaxconn", "1024"),
                Ulimits = [new() { Name = "nofile", Soft = 1024, Hard = 4096 }, new() { Name = "core", Soft = 0, Hard = -1 }],
            },
            Resources = new()
            {
                CpuLimitMillicores = 1500,
                CpuReservationMillicores = 250,
                MemoryLimit = 64 * 1024 * 1024,
                MemoryReservation = 32 * 1024 * 1024,
                PidsLimit = 100,
                SharedMemorySize = 1024 * 1024,
                OomScoreAdjustment = 200,
            },
        });
        return input with
        {
            InitPath = "/usr/bin/tini-static",
            NodeMounts = ["1 0 8:1 / / rw shared:1 - ext4 /dev/sda1 rw"],
            Devices =
            [
                new("/dev/fuse", false, 10, 229, 0x1B6, 0, 0),
                new("/dev/snd/controlC0", false, 116, 0, 0x1B0, 0, 29),
                new("/dev/snd/seq", false, 116, 1, 0x1B0, 0, 29),
            ],
            Request = input.Request with
            {
                Mounts =
                [
                    new("bind", "/srv/data/below", "/data/below/", ["rbind", "ro", "rprivate"]),
                    new("bind", "/srv/data", "/data", ["rbind", "rslave"]),
                    new("tmpfs", "tmpfs", "/tmp", ["nosuid", "nodev", "mode=1777"]),
                ],
            },
        };
    }

    private static void Compare(string name, OciSpecInput input)
    {
        var spec = OciSamples.Build(input);
        if (spec["linux"]!["seccomp"] is not null) spec["linux"]!["seccomp"] = "seccomp-x64";
        CompareText(name, Indent(spec));
    }

    private static string Indent(JsonNode node) => node.ToJsonString(s_indented) + "\n";

    private static void CompareText(string name, string actual, [CallerFilePath] string source = "")
    {
        var file = Path.Combine(Path.GetDirectoryName(source)!, "Golden", name + ".json");
        if (Environment.GetEnvironmentVariable("WARREN_WRITE_GOLDEN") == "1") File.WriteAllText(file, actual, new UTF8Encoding(false));
        actual.ShouldBe(File.ReadAllText(file), $"differs from {file}");
    }
}
