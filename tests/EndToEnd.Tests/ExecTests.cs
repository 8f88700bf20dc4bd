using System.Security.Cryptography;
using Warren.Harness.Clusters;
using Warren.Services;
using Warren.Tasks;
using Warren.TestSupport.Clusters;
using Warren.TestSupport.Processes;

namespace Warren.EndToEnd.Tests;

/// <summary>Processes that the command runs in containers, with and without a terminal, and what is left of them when their caller or the agent is killed.</summary>
public sealed class ExecTests(ClusterFixture fixture) : IClassFixture<ClusterFixture>, IAsyncLifetime
{
    private static readonly ServiceName s_name = new("shell");
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(1);

    // Runs the command on a terminal of its own, types what it is told line by line, and says what the terminal shows.
    private const string Typist = """
        import os, pty, sys, fcntl, termios, signal, struct, threading, re
        # Who ran the tests may not heed it, which programs inherit.
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
        pid, master = pty.fork()
        if pid == 0:
            os.execv(sys.argv[1], sys.argv[1:])
        fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack('HHHH', 33, 101, 0, 0))
        before = termios.tcgetattr(master)
        print('ready', flush=True)
        def read():
            while True:
                try:
                    data = os.read(master, 65536)
                except OSError:
                    return
                if not data:
                    return
                sys.stdout.write(re.sub('\x1b(\\[[?0-9]*[a-z]|[=>])', '', data.decode(errors='replace')).replace('\r', '\n'))
                sys.stdout.flush()
        reader = threading.Thread(target=read, daemon=True)
        reader.start()
        def type():
            for line in sys.stdin:
                line = line.rstrip('\n')
                if line.startswith('size '):
                    fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack('HHHH', int(line.split()[2]), int(line.split()[1]), 0, 0))
                elif line.startswith('signal '):
                    os.kill(pid, int(line.split()[1]))
                else:
                    os.write(master, line.encode().decode('unicode_escape').encode())
        threading.Thread(target=type, daemon=True).start()
        _, status = os.waitpid(pid, 0)
        after = termios.tcgetattr(master)
        print('\nended', os.waitstatus_to_exitcode(status), 'restored' if before[:6] == after[:6] else 'left raw', flush=True)
        os._exit(0)
        """;

    private RealCluster Cluster => fixture.Cluster;

    private ClusterClient Client => Cluster.Client;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await Client.Service(s_name).RemoveAsync();
        await Client.UntilGoneAsync(s_name);
    }

    [Fact]
    public async Task Exec_OutputErrorsAndCode_AreTheCommandsOwn()
    {
        var (_, task) = await RunAsync();
        var (code, output, errors) = await Tool.TryAsync(
            CliProgram.Path, "--host", Cluster.ApiSocket, "service", "exec", "-e", "A=b", "-w", "/tmp", s_name.Value, "sh", "-c", "echo $A $PWD; echo wrong >&2; exit 7");
        (code, output, errors).ShouldBe((7, "b /tmp\n", "wrong\n"));
        (code, output, errors) = await Tool.TryAsync(CliProgram.Path, "--host", Cluster.ApiSocket, "task", "exec", task.ToString(), "no-such-command");
        (code, output).ShouldBe((2, ""));
        errors.ShouldContain("the command 'no-such-command' does not exist in the image");
        (code, _, errors) = await Tool.TryAsync(CliProgram.Path, "--host", Cluster.ApiSocket, "task", "exec", "-t", task.ToString(), "sh");
        (code, errors.Split('\n')[0]).ShouldBe((2, "Error: --tty: the standard input is no terminal"));
    }

    [Fact]
    public async Task Exec_TenMegabytesThroughItsInput_AreTheSame()
    {
        var (_, task) = await RunAsync();
        using var folder = Warren.TestSupport.TempFolder.Create("exec");
        var bytes = new byte[10 << 20];
        new Random(1).NextBytes(bytes);
        await File.WriteAllBytesAsync(folder.File("in"), bytes);
        await Tool.RunAsync("sh", "-c", $"'{CliProgram.Path}' --host '{Cluster.ApiSocket}' task exec -i {task} cat < '{folder.File("in")}' > '{folder.File("out")}'");
        SHA256.HashData(await File.ReadAllBytesAsync(folder.File("out"))).ShouldBe(SHA256.HashData(bytes));
    }

    [Fact]
    public async Task Exec_OnATerminal_HasItsSizeItsKeysAndGivesItBack()
    {
        var (_, task) = await RunAsync();
        await using var typist = Type("task", "exec", "-it", task.ToString(), "sh", "-c", "stty size; trap 'stty size' WINCH; trap 'echo caught' INT; echo waits; read x; read x; read x; read x; exit 9");
        await typist.LineAsync("waits", s_limit);
        await typist.TellAsync("size 123 45");
        await typist.LineAsync("45 123", s_limit);
        await typist.TellAsync("\\x03");
        await typist.LineAsync("^Ccaught", s_limit);
        await typist.TellAsync("\\r\\r\\r\\r");
        (await typist.LineAsync("ended", s_limit)).ShouldBe("ended 9 restored");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(15)]
    public async Task Exec_CommandEndedByASignal_GivesTheTerminalBackAndLeavesNothing(int signal)
    {
        var (node, task) = await RunAsync();
        var own = await ProcessesAsync(node, task);
        await using var typist = Type("task", "exec", "-it", task.ToString(), "sh", "-c", "echo waits; exec sleep 4711");
        await typist.LineAsync("waits", s_limit);
        await typist.TellAsync($"signal {signal}");
        (await typist.LineAsync("ended", s_limit)).ShouldBe("ended 130 restored");
        await UntilAsync(node, task, own);
    }

    [Fact]
    public async Task Exec_CommandKilled_TheProcessIsKilled()
    {
        var (node, task) = await RunAsync();
        var own = await ProcessesAsync(node, task);
        await using var command = ChildProcess.Start("exec", CliProgram.Path, ["--host", Cluster.ApiSocket, "task", "exec", task.ToString(), "sh", "-c", "echo waits; exec sleep 4711"]);
        await command.LineAsync("waits", s_limit);
        (await ProcessesAsync(node, task)).ShouldBe(own + 1);
        command.Send(Signal.Kill);
        await UntilAsync(node, task, own);
    }

    [Fact]
    public async Task Exec_AgentKilled_IsAnErrorAndTheNextAgentEndsTheProcess()
    {
        var (node, task) = await RunAsync();
        var own = await ProcessesAsync(node, task);
        await using var command = ChildProcess.Start("exec", CliProgram.Path, ["--host", Cluster.ApiSocket, "task", "exec", task.ToString(), "sh", "-c", "echo waits; exec sleep 4711"]);
        await command.LineAsync("waits", s_limit);
        await node.KillAsync();
        await node.StartAsync();
        await Client.UntilReadyAsync(node.Id);
        await command.ErrorLineAsync($"the process in {task} broke off", s_limit);
        (await command.Exited).ShouldBe(5);
        await UntilAsync(node, task, own);
    }

    [Theory]
    [InlineData(Signal.Terminate, "TERM")]
    [InlineData(Signal.Interrupt, "INT")]
    [InlineData(Signal.HangUp, "HUP")]
    public async Task Exec_SignalWithoutATerminal_ReachesTheProcessAndItsCodeIsTheEnd(Signal signal, string name)
    {
        var (node, task) = await RunAsync();
        var own = await ProcessesAsync(node, task);

        // What runs the tests may have been told to ignore one of them, and so all below it.
        await using var command = ChildProcess.Start(
            "exec", "env", ["--default-signal", CliProgram.Path, "--host", Cluster.ApiSocket, "task", "exec", task.ToString(), "sh", "-c", $"trap 'echo caught; exit 9' {name}; echo waits; while true; do sleep 0.1; done"]);
        await command.LineAsync("waits", s_limit);
        command.Send(signal);
        await command.LineAsync("caught", s_limit);
        (await command.Exited).ShouldBe(9);
        await UntilAsync(node, task, own);
    }

    [Fact]
    public async Task Exec_SignalThatTheProcessIgnores_EndsTheCallWhenItComesAgain()
    {
        var (node, task) = await RunAsync();
        var own = await ProcessesAsync(node, task);
        await using var command = ChildProcess.Start(
            "exec", CliProgram.Path, ["--host", Cluster.ApiSocket, "task", "exec", task.ToString(), "sh", "-c", "trap 'echo ignored' TERM; echo waits; while true; do sleep 0.1; done"]);
        await command.LineAsync("waits", s_limit);
        command.Send(Signal.Terminate);
        await command.LineAsync("ignored", s_limit);
        command.Send(Signal.Terminate);
        (await command.Exited).ShouldBe(130);
        await UntilAsync(node, task, own);
    }

    [Fact]
    public async Task Exec_ManagerKilled_SaysSoAndTheProcessIsEnded()
    {
        var (node, task) = await RunAsync();
        var own = await ProcessesAsync(node, task);
        await using var command = ChildProcess.Start("exec", CliProgram.Path, ["--host", Cluster.ApiSocket, "task", "exec", task.ToString(), "sh", "-c", "echo waits; exec sleep 4711"]);
        await command.LineAsync("waits", s_limit);
        await Cluster.RestartManagerAsync();
        await command.ErrorLineAsync($"Error: the manager at {Cluster.ApiSocket} went away, and the process in {task} is ended with the call", s_limit);
        (await command.Exited).ShouldBe(5);
        await UntilAsync(node, task, own);
        await Client.UntilReadyAsync(node.Id);
    }

    // The task's own processes, and those that were begun in it.
    private static async Task<int> ProcessesAsync(RealWorker node, TaskId task) =>
        (await node.Machine.Containerd.CtrAsync("tasks", "ps", task.ToString())).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length - 1;

    private static async Task UntilAsync(RealWorker node, TaskId task, int processes)
    {
        using var limit = new CancellationTokenSource(s_limit);
        while (await ProcessesAsync(node, task) != processes) await Task.Delay(TimeSpan.FromMilliseconds(50), limit.Token);
    }

    private ChildProcess Type(params string[] words) => ChildProcess.Start("typist", "python3", ["-c", Typist, CliProgram.Path, "--host", Cluster.ApiSocket, .. words]);

    private async Task<(RealWorker Node, TaskId Task)> RunAsync()
    {
        await Client.Service(s_name).ApplyAsync(TestSpecs.Sleeper(s_name.Value));
        var task = ClusterClient.Running(await Client.UntilRunningAsync(s_name, 1)).Single();
        var node = Cluster.Nodes.Single(node => node.Id == task.Node);

        // It runs a moment before its shell has begun the other one.
        await UntilAsync(node, task.Id, processes: 2);
        return (node, task.Id);
    }
}
