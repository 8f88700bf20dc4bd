using System.Globalization;
using Warren.TestSupport.Containers;
using Warren.TestSupport.Processes;

namespace Warren.TestSupport.Clusters;

/// <summary>A machine of a <see cref="TestNetwork"/>: a network namespace, a containerd in it, and folders that are its disk.</summary>
public sealed class TestMachine : IAsyncDisposable
{
    private readonly TempFolder _folder;
    private PrivateContainerd? _containerd;

    internal TestMachine(string name, string address) => (Name, Address, _folder) = (name, address, TempFolder.Create("machine"));

    /// <summary>Its name, also that of its cable's end on this machine.</summary>
    public string Name { get; }

    /// <summary>Its address in the network.</summary>
    public string Address { get; }

    /// <summary>Its network namespace.</summary>
    public string NamespacePath => "/run/netns/" + Name;

    /// <summary>Its containerd.</summary>
    public PrivateContainerd Containerd => _containerd ?? throw new InvalidOperationException($"{Name} has no containerd; start it first.");

    /// <summary>A path on its disk, which outlives its power.</summary>
    public string PathOf(string name) => _folder.File(name);

    /// <summary>Starts its containerd.</summary>
    public async Task StartContainerdAsync()
    {
        if (_containerd is null) _containerd = await PrivateContainerd.StartNewAsync(networkNamespace: NamespacePath);
        else await _containerd.StartAsync();
    }

    /// <summary>Starts a program on it.</summary>
    public ChildProcess Start(string name, string file, IEnumerable<string> arguments, Action<string>? onLine = null) =>
        // Not by ip netns exec, which gives a program mounts of its own: containerd would not see what the agent binds.
        ChildProcess.Start(name, "nsenter", ["--net=" + NamespacePath, file, .. arguments], onLine: onLine);

    /// <summary>Its open connections to a port of others. Each has the port that it comes from here, which no other one has had lately.</summary>
    public async Task<string[]> ConnectionsToAsync(int port)
    {
        var lines = await Tool.RunAsync("nsenter", "--net=" + NamespacePath, "ss", "-Htn", "state", "established", "dport", "=", string.Create(CultureInfo.InvariantCulture, $":{port}"));
        return [.. lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(2).Take(2))).Order()];
    }

    /// <summary>Pulls its cable.</summary>
    public Task CutLinkAsync() => Tool.RunAsync("ip", "link", "set", Name, "down");

    /// <summary>Plugs its cable in again.</summary>
    public Task RestoreLinkAsync() => Tool.RunAsync("ip", "link", "set", Name, "up");

    /// <summary>Lets no more than 100 Mbit in a second come by its cable, until <see cref="RestoreSpeedAsync"/>.</summary>
    public Task LimitSpeedAsync() => Tool.RunAsync("tc", "qdisc", "add", "dev", Name, "root", "tbf", "rate", "100mbit", "burst", "256kb", "latency", "400ms");

    /// <summary>Lets come by its cable what can.</summary>
    public Task RestoreSpeedAsync() => Tool.RunAsync("tc", "qdisc", "del", "dev", Name, "root");

    /// <summary>
    /// Takes its power away: every process on it is killed at once, containers too, and what lay in memory is gone; its disk stays. The agent, whose
    /// process is the caller's, must be killed by the caller before.
    /// </summary>
    public async Task CutPowerAsync()
    {
        await CutLinkAsync();
        await Containerd.CutPowerAsync();
        foreach (var pid in (await Tool.RunAsync("ip", "netns", "pids", Name)).Split('\n', StringSplitOptions.RemoveEmptyEntries))
            await Tool.TryAsync("kill", "-KILL", pid);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_containerd is not null) await _containerd.DisposeAsync();
        // What an agent has bound there.
        foreach (var line in (await File.ReadAllLinesAsync("/proc/self/mounts")).Reverse())
        {
            var target = line.Split(' ')[1];
            if (target.StartsWith(_folder.Path + "/", StringComparison.Ordinal)) await Tool.TryAsync("umount", "-l", target);
        }

        _folder.Dispose();
    }
}
