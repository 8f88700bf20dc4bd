using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Warren.Harness.Clusters;
using Warren.TestSupport;
using Warren.TestSupport.Clusters;
using Warren.TestSupport.Containers;
using Warren.TestSupport.Processes;

namespace Warren.EndToEnd.Tests;

/// <summary>
/// Clusters as the command makes them on machines: <c>warren up</c>, <c>cluster init</c>, <c>worker join</c>, <c>manager join</c> and <c>cluster leave</c>. The daemons live on
/// when the command has ended; here until the test's machines are taken away.
/// </summary>
public sealed class MachineCommandTests : IAsyncLifetime
{
    private const int ManagerPort = 2390;

    private static readonly TestImage s_image = TestImage.Busybox(TestSpecs.Image);
    private static readonly TimeSpan s_rotation = TimeSpan.FromMinutes(2), s_pause = TimeSpan.FromMilliseconds(100);

    private readonly List<TestMachine> _machines = [];
    private TestNetwork _network = null!;

    public async Task InitializeAsync() => _network = await TestNetwork.StartNewAsync();

    public async Task DisposeAsync()
    {
        foreach (var process in _machines.SelectMany(machine => new[] { DaemonOf(machine, "manager"), DaemonOf(machine, "worker") }).OfType<int>()) Signals.Send(process, Signal.Kill);
        foreach (var machine in _machines) await machine.DisposeAsync();
        await _network.DisposeAsync();
    }

    [Fact]
    public async Task Up_TwiceAndAfterKills_IsTheSameClusterAndNoContainerRestarts()
    {
        var machine = await MachineAsync();
        string[] up = ["up", .. Worker(machine), .. Manager(machine)];
        var first = await RunAsync(machine, up);
        first.Output.ShouldStartWith("the cluster is up: the manager ");
        var node = NodeOf(machine);
        (await RunAsync(machine, up)).Output.ShouldStartWith("the cluster is up already: ");
        (await RunAsync(machine, [.. Api(machine), "service", "create", "--name", "web", "--replicas", "2", "--network", "none", "--update-monitor", "1s", TestSpecs.Image, "sleep", "100000"])).Code.ShouldBe(0);
        var processes = await ContainersAsync(machine);
        processes.Length.ShouldBe(2);

        // Both, and then the manager alone, which the worker finds again.
        await KillAsync(machine, "manager");
        await KillAsync(machine, "worker");
        (await RunAsync(machine, "up", "--data-dir", machine.PathOf("data"))).Output.ShouldStartWith("the cluster is up: ");
        await KillAsync(machine, "manager");
        (await RunAsync(machine, up)).Output.ShouldContain("was started, and the node");

        // After months without power it needs another certificate, and gets it by the same word.
        await KillAsync(machine, "worker");
        EndCertificate(machine, "worker");
        (await RunAsync(machine, up)).Output.ShouldStartWith("the cluster is up: the node ");
        NodeOf(machine).ShouldBe(node);
        (await ContainersAsync(machine)).ShouldBe(processes);
        (await RunAsync(machine, [.. Api(machine), "service", "list"])).Output.ShouldContain("2/2");

        // Other options than those it was made with are not passed over.
        var other = await RunAsync(machine, [.. up, "--name", "other"]);
        other.Code.ShouldBe(6);
        other.Error.ShouldStartWith("Error: this machine has a manager already, which was started without --name=other: warrend manager --api-socket=");

        var refused = await RunAsync(machine, "cluster", "leave", "--data-dir", machine.PathOf("data"));
        (refused.Code, refused.Error.Split('\n')[0]).ShouldBe((6, "Error: this machine's manager is the cluster's last, and with it goes 1 service"));
        (await ContainersAsync(machine)).ShouldBe(processes);
        (await RunAsync(machine, "cluster", "leave", "--force", "--yes", "--data-dir", machine.PathOf("data"))).Output.ShouldBe("this machine has left the cluster\n");
        (await ContainersAsync(machine)).ShouldBeEmpty();
        (DaemonOf(machine, "manager"), DaemonOf(machine, "worker")).ShouldBe((null, null));
        (await RunAsync(machine, "cluster", "leave", "--data-dir", machine.PathOf("data"))).Output.ShouldStartWith("this machine is in no cluster");

        // And the machine can begin anew.
        (await RunAsync(machine, up)).Code.ShouldBe(0);
        NodeOf(machine).ShouldNotBe(node);
    }

    [Fact]
    public async Task Join_ByTheLineThatInitPrints_IsANodeUntilItLeaves()
    {
        var (first, second) = (await MachineAsync(hasContainerd: false), await MachineAsync());
        string[] init = ["cluster", "init", .. Manager(first), "--data-dir", first.PathOf("data")];
        var made = await RunAsync(first, init);
        made.Code.ShouldBe(0, made.Error);
        var line = made.Output.Split('\n').Single(line => line.Contains("warren worker join", StringComparison.Ordinal)).Trim().Split(' ')[1..];

        // By the address of the machine's route, which nobody has named.
        line[^1].ShouldBe(first.Address);
        var again = await RunAsync(first, init);
        (again.Code, again.Output).ShouldBe((0, $"this machine has a cluster already: the manager {Environment.MachineName} on {first.Address} runs\n"));

        // A token of nobody's; a manager that is not there, since nothing listens on the machine itself; the token of the line.
        var wrong = await RunAsync(second, [.. Replaced(line, line[3], line[3][..^4] + "aaaa"), .. Worker(second)]);
        wrong.Code.ShouldBe(1);
        wrong.Error.ShouldContain("the cluster knows no such join token");
        DaemonOf(second, "worker").ShouldBeNull();
        var away = await RunAsync(second, [.. Replaced(line, line[^1], second.Address), .. Worker(second), "--wait", "10s"]);
        away.Code.ShouldBe(5);
        away.Error.ShouldContain("was not ready within 10 s, and was ended again:");
        away.Error.ShouldContain("has not joined yet, and goes on trying");
        DaemonOf(second, "worker").ShouldBeNull();
        var joined = await RunAsync(second, [.. line, .. Worker(second)]);
        joined.Code.ShouldBe(0, joined.Error);
        joined.Output.ShouldBe($"this machine has joined as the worker {NodeOf(second)}, which is ready\n");
        File.Exists(Path.Combine(second.PathOf("data"), "worker", "join-token")).ShouldBeFalse();
        (await File.ReadAllTextAsync(Path.Combine(second.PathOf("data"), "worker", "warrend.log.old"))).ShouldContain("has not joined yet, and goes on trying");

        // Needs no token any more.
        string[] anew = ["worker", "join", .. Worker(second), first.Address];
        (await RunAsync(second, anew)).Output.ShouldBe($"this machine has joined already: the worker {NodeOf(second)} runs\n");
        await KillAsync(second, "worker");
        (await RunAsync(second, anew)).Output.ShouldBe($"this machine has joined before: the worker {NodeOf(second)} was started again, and is ready\n");
        (await RunAsync(first, [.. Api(first), "node", "list", "--output", "name"])).Output.ShouldBe(NodeOf(second) + "\n");

        // With no manager in reach it is started, and stays.
        await KillAsync(first, "manager");
        await KillAsync(second, "worker");
        var alone = await RunAsync(second, [.. anew, "--wait", "3s"]);
        alone.Code.ShouldBe(5);
        alone.Error.ShouldContain("warrend worker runs, and starts its tasks, but has found no manager within 3 s:");
        DaemonOf(second, "worker").ShouldNotBeNull();
        (await RunAsync(first, init)).Code.ShouldBe(0);

        // One that runs with a certificate that has ended is started again with a token.
        var id = NodeOf(second);
        EndCertificate(second, "worker");
        var without = await RunAsync(second, anew);
        (without.Code, without.Error.Split('\n')[0]).ShouldBe((2, "Error: --token: must be given: the certificate of this machine has ended, by its clock"));
        DaemonOf(second, "worker").ShouldNotBeNull();
        await KillAsync(second, "worker");
        (await RunAsync(second, [.. anew, "--wait", "3s"])).Error.ShouldContain("its certificate has ended, so that none hears it; 'warren worker join' with a new --token brings it back");
        DaemonOf(second, "worker").ShouldNotBeNull();
        var token = (await RunAsync(first, [.. Api(first), "cluster", "join-token", "create", "--quiet"])).Output.Trim();
        (await RunAsync(second, [.. anew, "--token", token])).Output.ShouldBe($"this machine has joined as the worker {id}, which is ready\n");

        // It cannot leave unheard, but by a manager that is named.
        string[] leave = ["cluster", "leave", "--yes", "--data-dir", second.PathOf("data")];
        var unheard = await RunAsync(second, leave);
        unheard.Code.ShouldBe(5);
        unheard.Error.ShouldContain($"no manager can be told that the node {NodeOf(second)} leaves");
        (await RunAsync(second, [.. Api(first), .. leave])).Output.ShouldBe("this machine has left the cluster\n");
        (await RunAsync(first, [.. Api(first), "node", "list", "--output", "name"])).Output.ShouldBe("");
        DaemonOf(second, "worker").ShouldBeNull();
    }

    [Fact]
    public async Task ManagerJoin_OnTheSameDatabase_IsAManagerUntilItLeaves()
    {
        await using var postgres = await PrivatePostgres.StartNewAsync();
        var (first, second) = (await MachineAsync(hasContainerd: false), await MachineAsync(hasContainerd: false));
        var file = first.PathOf("postgres");

        // By its unix socket, which machines that are namespaces of this one's network share.
        await File.WriteAllTextAsync(file, (await postgres.NewDatabaseAsync()).Replace("127.0.0.1", postgres.SocketFolder, StringComparison.Ordinal));
        var made = await RunAsync(first, ["cluster", "init", .. Manager(first), "--name", "m1", "--data-dir", first.PathOf("data"), "--postgres-file", file]);
        made.Code.ShouldBe(0, made.Error);
        var line = made.Output.Split('\n').Single(line => line.Contains("warren manager join", StringComparison.Ordinal)).Trim().Split(' ')[1..];
        var missing = await RunAsync(second, ["manager", "join", "--token", line[3], first.Address, "--data-dir", second.PathOf("data")]);
        (missing.Code, missing.Error.Split('\n')[0]).ShouldBe((2, "Error: --postgres-file: must be given: several managers share one database"));
        string[] join = [.. Replaced(line, "FILE", file), "--name", "m2", .. Manager(second), "--data-dir", second.PathOf("data")];
        var joined = await RunAsync(second, join);
        joined.Code.ShouldBe(0, joined.Error);
        joined.Output.ShouldStartWith("this machine has joined as the manager m");
        (await RunAsync(second, join)).Output.ShouldStartWith("this machine has joined already: the manager ");
        (await RunAsync(second, [.. Api(second), "cluster", "info"])).Output.ShouldContain("name: m1");

        // The other one has all; so nothing is lost.
        (await RunAsync(second, "cluster", "leave", "--yes", "--data-dir", second.PathOf("data"))).Output.ShouldBe("this machine has left the cluster\n");
        Directory.Exists(Path.Combine(second.PathOf("data"), "manager")).ShouldBeFalse();
        (await RunAsync(first, [.. Api(first), "cluster", "info", "--output", "name"])).Output.ShouldBe("m1\n");
    }

    [Fact]
    public async Task ManagerJoin_CertificateHasEndedOrWasRevoked_SaysWhatBringsItBackAndThatDoes()
    {
        await using var postgres = await PrivatePostgres.StartNewAsync();
        var (first, second) = (await MachineAsync(hasContainerd: false), await MachineAsync(hasContainerd: false));
        var join = await JoinedAsync(postgres, first, second);
        var node = ManagerOf(second);
        var key = await File.ReadAllTextAsync(Path.Combine(second.PathOf("data"), "manager", "identity", "node.key"));

        // It was off past the end of its certificate, and the other one was not.
        await KillAsync(second, "manager");
        EndCertificate(second, "manager");
        var ended = await RunAsync(second, join);
        ended.Code.ShouldBe(1);
        ended.Error.ShouldContain("Error: warrend manager has ended:\n");
        ended.Error.ShouldContain("if that is right, start it with a new join token (--token), or put a new certificate in its place\n");
        ended.Error.ShouldContain("  it gives itself none, since another manager can give it a token: m1 at ");
        (await RunAsync(second, [.. join, "--token", await TokenAsync(first)])).Output.ShouldBe($"this machine has joined as the manager {node}, which is ready\n");
        (await RunAsync(second, join)).Output.ShouldBe($"this machine has joined already: the manager {node} runs\n");
        (await File.ReadAllTextAsync(Path.Combine(second.PathOf("data"), "manager", "identity", "node.key"))).ShouldBe(key);

        // Once it is revoked, no token helps, and an end of its certificate does not either.
        (await RunAsync(first, [.. Api(first), "cluster", "certificate", "revoke", node, "--yes"])).Code.ShouldBe(0);
        await ClusterClient.UntilAsync(() => Task.FromResult(DaemonOf(second, "manager")), daemon => daemon is null, "the manager has ended");
        foreach (var hasEnded in new[] { false, true })
        {
            if (hasEnded) EndCertificate(second, "manager");
            foreach (var words in new[] { join, [.. join, "--token", await TokenAsync(first)] })
            {
                var (code, _, error) = await RunAsync(second, words);
                code.ShouldBe(1);
                error.ShouldContain("Error: warrend manager has ended:\n  this manager's certificate");
                error.ShouldContain("to bring the machine back, empty the data folder and join it by a new manager's token\n");
            }
        }

        // As it says.
        Directory.Delete(Path.Combine(second.PathOf("data"), "manager"), recursive: true);
        var anew = await RunAsync(second, [.. join, "--token", await TokenAsync(first)]);
        anew.Code.ShouldBe(0, anew.Error);
        ManagerOf(second).ShouldNotBe(node);
        anew.Output.ShouldBe($"this machine has joined as the manager {ManagerOf(second)}, which is ready\n");
    }

    [Fact]
    public async Task Init_PortsTaken_NamesEachAndStartsNothing()
    {
        var machine = await MachineAsync(hasContainerd: false);
        (await RunAsync(machine, ["cluster", "init", .. Manager(machine), "--data-dir", machine.PathOf("data")])).Code.ShouldBe(0);
        var second = await RunAsync(machine, "cluster", "init", "--data-dir", machine.PathOf("other"), "--api-socket", machine.PathOf("other.sock"), "--rest-port", "4711");
        second.Code.ShouldBe(6);
        second.Error.ShouldStartWith(
            $"Error: port 2390 of {machine.Address} is taken by another process; --port gives the manager another one\n"
            + $"Error: port 2391 of {machine.Address} is taken by another process; --join-port gives the manager another one\n"
            + $"Error: port 2377 of {machine.Address} is taken by another process; --api-port gives the manager another one\n  'ss -ltnp'");
        File.Exists(Path.Combine(machine.PathOf("other"), "manager", "warrend.log")).ShouldBeFalse();
        (await RunAsync(machine, "cluster", "init", "--data-dir", machine.PathOf("other"), "--address", "192.0.2.77")).Error
            .ShouldStartWith("Error: --address: must be an IP address of this machine, was '192.0.2.77'");
    }

    [Fact]
    public async Task Up_WithoutContainerdOrRoot_SaysSoBeforeAnythingIsStarted()
    {
        var machine = await MachineAsync(hasContainerd: false);
        var socket = machine.PathOf("no.sock");
        var without = await RunAsync(machine, ["up", .. Manager(machine), "--data-dir", machine.PathOf("data"), "--containerd-socket", socket]);
        (without.Code, without.Error).ShouldBe((1, $"Error: containerd, which runs the containers, does not answer on {socket}\n  start it (systemctl start containerd), or name its socket by --containerd-socket\n"));
        Directory.Exists(Path.Combine(machine.PathOf("data"), "manager")).ShouldBeFalse();

        // A file that nobody listens on any more is no containerd.
        using (var stale = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)) stale.Bind(new UnixDomainSocketEndPoint(socket));
        (await RunAsync(machine, ["up", .. Manager(machine), "--data-dir", machine.PathOf("data"), "--containerd-socket", socket])).Code.ShouldBe(1);
        foreach (var words in new[] { "up", "cluster init", "cluster leave", "worker join --token x 10.0.0.1", "manager join --token x 10.0.0.1" })
        {
            var (code, _, error) = await Tool.TryAsync("setpriv", ["--reuid", "65534", "--regid", "65534", "--clear-groups", CliProgram.Path, .. words.Split(' ')]);
            (code, error).ShouldBe((1, "Error: daemons, containers and networks of this machine are root's, and this is not root\n  run it as root, by sudo for example\n"), words);
        }
    }

    /// <summary>A certificate lasts for seconds here, and the authority is exchanged, while containers run, their output is followed and calls come.</summary>
    [Fact]
    public async Task Certificates_RenewedAndAuthorityRotated_NoContainerNoStreamAndNoCallIsBroken()
    {
        var (first, second) = (await MachineAsync(hasContainerd: false), await MachineAsync());
        var made = await RunAsync(first, ["cluster", "init", .. Manager(first), "--data-dir", first.PathOf("data"), "--", "--certificate-lifetime", "00:00:30"]);
        made.Code.ShouldBe(0, made.Error);
        var line = made.Output.Split('\n').Single(line => line.Contains("warren worker join", StringComparison.Ordinal)).Trim().Split(' ')[1..];
        (await RunAsync(second, [.. line, .. Worker(second)])).Code.ShouldBe(0);
        var created = await RunAsync(
            first,
            [
                .. Api(first), "service", "create", "--name", "web", "--replicas", "2", "--network", "none", "--update-monitor", "1s", TestSpecs.Image,
                "sh", "-c", "n=0; while true; do n=$((n+1)); echo line $n; sleep 0.1; done",
            ]);
        created.Code.ShouldBe(0, created.Error);
        var containers = await ContainersAsync(second);
        containers.Length.ShouldBe(2);
        var said = new ConcurrentQueue<string>();
        await using var logs = first.Start("logs", CliProgram.Path, [.. Api(first), "service", "logs", "--follow", "web"], said.Enqueue);
        using var ending = new CancellationTokenSource();
        var calls = CallAsync(first, ending.Token);
        var connections = await second.ConnectionsToAsync(ManagerPort);
        connections.ShouldNotBeEmpty();

        var before = (Manager: SerialOf(first, "manager"), Worker: SerialOf(second, "worker"));
        await ClusterClient.UntilAsync(
            () => Task.FromResult((Manager: SerialOf(first, "manager"), Worker: SerialOf(second, "worker"))),
            now => now.Manager != before.Manager && now.Worker != before.Worker,
            "both have renewed their certificates");
        var authority = await AuthorityAsync(first);
        (await RunAsync(first, [.. Api(first), "cluster", "ca", "rotate"])).Code.ShouldBe(0);
        await ClusterClient.UntilAsync(() => AuthorityAsync(first), now => now != authority && !now.Contains("rotation", StringComparison.Ordinal), "the authority is rotated", s_rotation);

        // What is said after that comes by the stream of before.
        var reached = said.Count;
        await ClusterClient.UntilAsync(() => Task.FromResult(said.Count), count => count > reached + 10, "the stream goes on");
        await ending.CancelAsync();
        (await calls).ShouldBeGreaterThan(10);
        logs.Exited.IsCompleted.ShouldBeFalse();
        foreach (var task in said.Select(Split).GroupBy(line => line.Task, line => line.Number)) task.ShouldBe(Enumerable.Range(1, task.Count()), task.Key);
        (await ContainersAsync(second)).ShouldBe(containers);
        (await second.ConnectionsToAsync(ManagerPort)).ShouldBe(connections);
        (await File.ReadAllLinesAsync(Path.Combine(second.PathOf("data"), "worker", "warrend.log"))).Count(line => line.Contains("is registered", StringComparison.Ordinal)).ShouldBe(1);
    }

    private static string[] Replaced(string[] words, string old, string with) => [.. words.Select(word => word == old ? with : word)];

    private static string[] Api(TestMachine machine) => ["--host", machine.PathOf("api.sock")];

    private static string[] Manager(TestMachine machine) => ["--api-socket", machine.PathOf("api.sock")];

    private static string[] Worker(TestMachine machine) =>
    [
        "--data-dir", machine.PathOf("data"), "--run-dir", machine.PathOf("run"), "--containerd-socket", machine.Containerd.Socket, "--containerd-namespace", machine.Containerd.Namespace,
    ];

    // Two managers on one database. What the second was started by, but for the token.
    private static async Task<string[]> JoinedAsync(PrivatePostgres postgres, TestMachine first, TestMachine second)
    {
        var file = first.PathOf("postgres");
        await File.WriteAllTextAsync(file, (await postgres.NewDatabaseAsync()).Replace("127.0.0.1", postgres.SocketFolder, StringComparison.Ordinal));
        (await RunAsync(first, ["cluster", "init", .. Manager(first), "--name", "m1", "--data-dir", first.PathOf("data"), "--postgres-file", file])).Code.ShouldBe(0);
        string[] join = ["manager", "join", "--postgres-file", file, first.Address, "--name", "m2", .. Manager(second), "--data-dir", second.PathOf("data")];
        var joined = await RunAsync(second, [.. join, "--token", await TokenAsync(first)]);
        joined.Code.ShouldBe(0, joined.Error);
        return join;
    }

    private static async Task<string> TokenAsync(TestMachine manager) =>
        (await RunAsync(manager, [.. Api(manager), "cluster", "join-token", "create", "--role", "manager", "--quiet"])).Output.Trim();

    private static string ManagerOf(TestMachine machine) => File.ReadAllText(Path.Combine(machine.PathOf("data"), "manager", "identity", "node-id")).Trim();

    private static string NodeOf(TestMachine machine) => File.ReadAllText(Path.Combine(machine.PathOf("data"), "worker", "node-id")).Trim();

    private static int? DaemonOf(TestMachine machine, string role)
    {
        var file = Path.Combine(machine.PathOf("data"), role, "warrend.pid");
        if (!File.Exists(file)) return null;
        var id = int.Parse(File.ReadAllText(file).Split(' ')[0], CultureInfo.InvariantCulture);
        return OfProcess(id, "cmdline").Contains(machine.PathOf("data"), StringComparison.Ordinal) ? id : null;
    }

    private static string SerialOf(TestMachine machine, string role)
    {
        using var certificate = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(machine.PathOf("data"), role, "identity", "node.crt"));
        return certificate.SerialNumber;
    }

    // web.1.1 | line 7
    private static (string Task, int Number) Split(string line)
    {
        var words = line.Split(' ');
        return (words[0], int.Parse(words[^1], CultureInfo.InvariantCulture));
    }

    private static async Task<string> AuthorityAsync(TestMachine machine) => (await RunAsync(machine, [.. Api(machine), "cluster", "ca", "inspect"])).Output;

    // How many there were, of which each has succeeded.
    private static async Task<int> CallAsync(TestMachine machine, CancellationToken ending)
    {
        for (var calls = 0; ; calls++)
        {
            if (ending.IsCancellationRequested) return calls;
            var (code, output, error) = await RunAsync(machine, [.. Api(machine), "service", "list"]);
            code.ShouldBe(0, error);
            output.ShouldContain("2/2");
            await Task.Delay(s_pause, TimeProvider.System, CancellationToken.None);
        }
    }

    // As it is months later: for the same key, and over.
    private static void EndCertificate(TestMachine machine, string role)
    {
        var folder = Path.Combine(machine.PathOf("data"), role, "identity");
        using var key = ECDsa.Create();
        key.ImportFromPem(File.ReadAllText(Path.Combine(folder, "node.key")));
        using var before = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(folder, "node.crt"));
        var now = TimeProvider.System.GetUtcNow();
        using var over = new CertificateRequest(before.SubjectName, key, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddDays(-90), now.AddDays(-1));
        File.WriteAllText(Path.Combine(folder, "node.crt"), over.ExportCertificatePem());
    }

    // With its last thread go its ports and its locks. Its entry may stay, if nobody fetches its exit code.
    private static async Task KillAsync(TestMachine machine, string role)
    {
        var id = DaemonOf(machine, role)!.Value;
        Signals.Send(id, Signal.Kill).ShouldBeTrue();
        await ClusterClient.UntilAsync(
            () => Task.FromResult(OfProcess(id, "status")),
            status => status.Length == 0 || (status.Contains("\nState:\tZ", StringComparison.Ordinal) && status.Contains("\nThreads:\t1\n", StringComparison.Ordinal)),
            $"the {role} has ended");
    }

    // A file of the kernel's about a process; empty if there is no such process any more.
    private static string OfProcess(int id, string file)
    {
        try
        {
            return File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/{file}"));
        }
        catch (IOException)
        {
            return "";
        }
    }

    // Task, process and state of each.
    private static async Task<string[]> ContainersAsync(TestMachine machine) =>
        [.. (await machine.Containerd.CtrAsync("tasks", "ls")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Order(StringComparer.Ordinal)];

    private async Task<TestMachine> MachineAsync(bool hasContainerd = true)
    {
        var machine = await _network.AddMachineAsync();
        _machines.Add(machine);
        if (!hasContainerd) return machine;
        await machine.StartContainerdAsync();
        await s_image.ImportIntoAsync(machine.Containerd);
        return machine;
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(TestMachine machine, params string[] words) =>
        await Tool.TryAsync("nsenter", ["--net=" + machine.NamespacePath, CliProgram.Path, .. words]);
}
