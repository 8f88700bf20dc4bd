using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Warren.Benchmarks.Containers;

/// <summary>The plugins bridge, portmap and firewall, called one after the other as containerd's CNI library and Nomad do.</summary>
internal sealed class CniPlugins(string folder)
{
    public static string Namespace { get; } = $"warren-bench-{Environment.ProcessId}";

    private const string Binaries = "/usr/lib/cni";

    private readonly JsonObject[] _plugins =
    [
        new()
        {
            ["type"] = "bridge", ["bridge"] = "cni-bench0", ["isGateway"] = true, ["ipMasq"] = true, ["hairpinMode"] = true,
            ["ipam"] = new JsonObject
            {
                ["type"] = "host-local", ["dataDir"] = Path.Combine(folder, "cni"),
                ["ranges"] = new JsonArray(new JsonArray(new JsonObject { ["subnet"] = "10.211.0.0/24" })),
                ["routes"] = new JsonArray(new JsonObject { ["dst"] = "0.0.0.0/0" }),
            },
        },
        new()
        {
            ["type"] = "portmap",
            ["runtimeConfig"] = new JsonObject
            {
                ["portMappings"] = new JsonArray(new JsonObject { ["hostPort"] = 18080, ["containerPort"] = 80, ["protocol"] = "tcp" }),
            },
        },
        new() { ["type"] = "firewall" },
    ];

    public static bool AreInstalled => File.Exists(Path.Combine(Binaries, "portmap"));

    private JsonNode? _result;

    public void Add()
    {
        _result = null;
        foreach (var plugin in _plugins) _result = JsonNode.Parse(Call("ADD", plugin));
    }

    public void Remove()
    {
        foreach (var plugin in _plugins.Reverse()) Call("DEL", plugin);
    }

    private string Call(string command, JsonObject plugin)
    {
        var config = plugin.DeepClone().AsObject();
        config["cniVersion"] = "0.4.0";
        config["name"] = "bench";
        if (_result is not null) config["prevResult"] = _result.DeepClone();
        var type = plugin["type"]!.GetValue<string>();
        var start = new ProcessStartInfo(Path.Combine(Binaries, type)) { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.Environment["CNI_COMMAND"] = command;
        start.Environment["CNI_CONTAINERID"] = "bench";
        start.Environment["CNI_NETNS"] = "/run/netns/" + Namespace;
        start.Environment["CNI_IFNAME"] = "eth0";
        start.Environment["CNI_PATH"] = Binaries;
        using var process = Process.Start(start)!;
        process.StandardInput.Write(config.ToJsonString());
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"CNI {type} {command} failed: {output}");
    }
}
