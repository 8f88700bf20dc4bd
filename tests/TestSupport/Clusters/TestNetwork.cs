using System.Globalization;
using Warren.TestSupport.Processes;

namespace Warren.TestSupport.Clusters;

/// <summary>
/// A network between machines that are network namespaces: a bridge on this machine, which has the first address. When this process ends, however
/// it ends, the bridge and the machines' cables and namespaces are removed. Needs root.
/// </summary>
public sealed class TestNetwork : IAsyncDisposable
{
    // Waits for the end of its input, which the end of this process brings.
    private const string Keeper = """
        prefix=$1
        trap '' INT TERM HUP
        cat >/dev/null
        for space in $(ip netns list | awk -v p="$prefix" 'index($1, p) == 1 { print $1 }'); do
          ip netns pids "$space" | xargs -r kill -KILL 2>/dev/null
          ip netns del "$space"
        done
        ip link del "${prefix}br" 2>/dev/null
        """;

    private static readonly SemaphoreSlim s_making = new(1, 1);
    private static int s_made;

    private readonly string _prefix;
    private readonly int _number;
    private readonly ChildProcess _keeper;
    private int _machines = 1;

    private TestNetwork(string prefix, int number, ChildProcess keeper) => (_prefix, _number, _keeper) = (prefix, number, keeper);

    /// <summary>This machine's address in the network.</summary>
    public string Address => AddressOf(1);

    private string Bridge => _prefix + "br";

    /// <summary>Makes a network that no other process has.</summary>
    public static async Task<TestNetwork> StartNewAsync()
    {
        if (!Environment.IsPrivilegedProcess)
            throw new InvalidOperationException("Tests with several machines make network namespaces, which needs root.");
        await s_making.WaitAsync();
        try
        {
            return await MakeAsync();
        }
        finally
        {
            s_making.Release();
        }
    }

    // One after the other, so that each sees what the one before has taken.
    private static async Task<TestNetwork> MakeAsync()
    {
        var taken = await Tool.RunAsync("ip", "-4", "-o", "addr", "show");
        var number = Enumerable.Range(0, 250).Select(i => (Environment.ProcessId + i) % 250)
            .First(candidate => !taken.Contains(Net(candidate), StringComparison.Ordinal));
        var prefix = string.Create(CultureInfo.InvariantCulture, $"wt{Environment.ProcessId % 100000}{(char)('a' + s_made++ % 26)}");
        var keeper = ChildProcess.Start("keeper of the network", "sh", ["-c", Keeper, "sh", prefix]);
        var network = new TestNetwork(prefix, number, keeper);
        // Down where this process has a new network of its own; own addresses are reached over it.
        await Tool.RunAsync("ip", "link", "set", "lo", "up");
        await Tool.RunAsync("ip", "link", "add", network.Bridge, "type", "bridge");
        await Tool.RunAsync("ip", "addr", "add", network.Address + "/24", "dev", network.Bridge);
        await Tool.RunAsync("ip", "link", "set", network.Bridge, "up");
        return network;
    }

    /// <summary>Adds a machine.</summary>
    public async Task<TestMachine> AddMachineAsync()
    {
        var number = Interlocked.Increment(ref _machines);
        var name = string.Create(CultureInfo.InvariantCulture, $"{_prefix}{number}");
        await Tool.RunAsync("ip", "netns", "add", name);
        await Tool.RunAsync("ip", "link", "add", name, "type", "veth", "peer", "name", "up0", "netns", name);
        await Tool.RunAsync("ip", "link", "set", name, "master", Bridge, "up");
        await InAsync("ip", "link", "set", "lo", "up");
        await InAsync("ip", "addr", "add", AddressOf(number) + "/24", "dev", "up0");
        await InAsync("ip", "link", "set", "up0", "up");
        await InAsync("ip", "route", "add", "default", "via", Address);
        return new(name, AddressOf(number));

        Task InAsync(string program, params string[] arguments) => Tool.RunAsync("ip", ["netns", "exec", name, program, .. arguments]);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _keeper.EndInput();
        await _keeper.WaitForExitAsync(TimeSpan.FromMinutes(1));
        await _keeper.DisposeAsync();
    }

    private static string Net(int number) => string.Create(CultureInfo.InvariantCulture, $"10.241.{number}.");

    private string AddressOf(int machine) => Net(_number) + machine.ToString(CultureInfo.InvariantCulture);
}
