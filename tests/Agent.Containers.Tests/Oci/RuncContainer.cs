using System.Text.Json.Nodes;
using Warren.TestSupport.Processes;

namespace Warren.Agent.Containers.Tests.Oci;

/// <summary>A bundle, and what runc makes of it.</summary>
internal sealed class RuncContainer(string id, string bundle, string runcRoot, ReadOnlyMemory<byte> spec)
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(1);

    /// <summary>Its root file system, on the node.</summary>
    public string RootFolder { get; } = Path.Combine(bundle, "rootfs");

    /// <summary>Its specification.</summary>
    public ReadOnlyMemory<byte> Spec { get; } = spec;

    /// <summary>Runs it to its end.</summary>
    public Task<(int Code, string Output, string Errors)> TryRunAsync() =>
        Tool.TryAsync("runc", ["--root", runcRoot, "run", "--bundle", bundle, id]);

    /// <summary>Runs it to its end, which must be a good one, and takes the probe's answer.</summary>
    public async Task<JsonNode> RunAsync()
    {
        var (code, output, errors) = await TryRunAsync();
        code.ShouldBe(0, errors + output);
        return JsonNode.Parse(output)!;
    }

    /// <summary>Runs it to its end with a terminal, which <c>script</c> lends to runc.</summary>
    public async Task<JsonNode> RunInTerminalAsync()
    {
        var output = await Tool.RunAsync(
            "script", ["--quiet", "--return", "--command", $"runc --root {runcRoot} run --bundle {bundle} {id}", "/dev/null"]);
        // The terminal echoes the end of the input before it.
        return JsonNode.Parse(output[output.IndexOf('{', StringComparison.Ordinal)..])!;
    }

    /// <summary>Starts it; returns when the probe says that it is ready.</summary>
    public async Task<ChildProcess> StartAsync()
    {
        var process = ChildProcess.Start(id, "runc", ["--root", runcRoot, "run", "--bundle", bundle, id]);
        await process.LineAsync("ready", s_limit);
        return process;
    }

    /// <summary>Lets the probe carry out a command in the running container.</summary>
    public async Task<JsonNode> DoAsync(params string[] command) =>
        JsonNode.Parse(await Tool.RunAsync("runc", ["--root", runcRoot, "exec", id, "/probe", "do", .. command]))!;

    /// <summary>Runs a further process from its OCI description, and takes the probe's answer.</summary>
    public async Task<JsonNode> ExecAsync(ReadOnlyMemory<byte> process)
    {
        var file = Path.Combine(bundle, "process.json");
        await File.WriteAllBytesAsync(file, process.ToArray());
        return JsonNode.Parse(await Tool.RunAsync("runc", ["--root", runcRoot, "exec", "--process", file, id]))!;
    }

    /// <summary>What runc tells of it.</summary>
    public async Task<JsonNode> StateAsync() => JsonNode.Parse(await Tool.RunAsync("runc", ["--root", runcRoot, "state", id]))!;

    /// <summary>Sends a signal to its first process.</summary>
    public Task SignalAsync(string signal) => Tool.RunAsync("runc", ["--root", runcRoot, "kill", id, signal]);
}
