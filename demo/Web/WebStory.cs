using System.Globalization;
using Warren.Harness.Clusters;
using Warren.Tasks;
using Warren.TestSupport.Processes;

namespace Warren.Demo.Web;

/// <summary>A service of three replicas, from nothing: made, called, scaled, hurt and healed, by the command <c>warren</c> on real containers.</summary>
internal sealed class WebStory(Narrator narrator, TimeProvider time, CancellationToken interrupted)
{
    /// <summary>What <c>./warren up</c> waits for.</summary>
    private const string Ready = "The cluster is up.";

    private const string Service = "hello";
    private const int Replicas = 3, MoreReplicas = 5, Workers = 2;

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(50), s_healLimit = TimeSpan.FromMinutes(1), s_callLimit = TimeSpan.FromSeconds(10);

    private readonly Stopwatches _watch = new(time);

    /// <summary>Tells it.</summary>
    /// <param name="isKept">Whether the cluster stays until the user wants an end.</param>
    /// <exception cref="DemoFailedException">Something did not go as it should.</exception>
    public async Task TellAsync(bool isKept)
    {
        narrator.Say(
            $"Starting a manager with an SQLite store, a docker-registry, and {Workers} workers, each with its own containerd in its own network namespace. "
            + "They trust each other by certificates (mutual TLS).");
        await using var cluster = new RealCluster();
        await StartAsync(cluster);
        var warren = new WarrenCommand(cluster.ApiSocket, narrator, interrupted);
        await warren.ShowAsync("node", "list");
        await CreateAsync(warren);
        await CallAsync(cluster, warren);
        await ScaleAsync(warren);
        await HurtAsync(cluster, warren);
        narrator.Say("Where the time went:");
        narrator.Bars(_watch.Bars);
        if (isKept) await KeepAsync(cluster.ApiSocket);
        else narrator.Say("Cleaning up: containers, networks, processes and files.");
    }

    /// <summary>Starts the same cluster and service, and leaves them until the user wants an end.</summary>
    /// <param name="socket">Where the manager serves the API.</param>
    /// <exception cref="DemoFailedException">Something did not go as it should.</exception>
    public async Task HoldAsync(string socket)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(socket)!);
        await using (var cluster = new RealCluster(socket))
        {
            await StartAsync(cluster);
            await CreateAsync(new(socket, narrator, interrupted));
            narrator.Say(Ready);
            await UntilInterruptedAsync();
        }

        // Its manager is killed and leaves it. One that could not start for another manager's socket does not come here.
        File.Delete(socket);
    }

    private async Task StartAsync(RealCluster cluster)
    {
        interrupted.ThrowIfCancellationRequested();
        await cluster.StartAsync(Workers);
        _watch.End("start of the cluster");
        interrupted.ThrowIfCancellationRequested();
        narrator.Say("All are up. Building a small web image here and pushing it to the registry.");
        var image = await cluster.Registry.PushAsync(WebImage.Repository, WebImage.Tag, WebImage.Build());
        narrator.Add(string.Create(CultureInfo.InvariantCulture, $"{WebImage.Name} is {image.Digest[..19]}…, {image.Layers.Sum(layer => (long)layer.Length) / 1024} KiB packed."));
        _watch.End("image built and pushed");
    }

    private async Task CreateAsync(WarrenCommand warren)
    {
        interrupted.ThrowIfCancellationRequested();
        narrator.Say($"A service with {Replicas} replicas. The command waits until all are ready, and shows how they come.");
        await warren.ShowAsync(
            "service", "create", "--name", Service, "--replicas", Number(Replicas), "--publish", Number(WebImage.Port), "--readiness-http", $"{WebImage.Port}/cgi-bin/hello",
            "--readiness-interval", "1s", "--update-monitor", "1s", WebImage.Name);
        _watch.End("service created, converged");
        await warren.ShowAsync("service", "tasks", Service);
    }

    private async Task CallAsync(RealCluster cluster, WarrenCommand warren)
    {
        narrator.Say("Each replica answers HTTP on the port that its node publishes for it:");
        var tasks = WebTask.Read(await warren.ReadAsync("service", "tasks", "--output", "json", Service));
        if (tasks.Count != Replicas) throw new DemoFailedException($"{Replicas} tasks should be ready, {tasks.Count} are");
        using var http = new HttpClient { Timeout = s_callLimit };
        foreach (var task in tasks)
        {
            var address = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://{AddressOf(cluster, task.Node)}:{task.Port}/cgi-bin/hello"));
            var answer = (await http.GetStringAsync(address, interrupted)).Trim();
            narrator.Quote($"$ curl {address}");
            narrator.Quote($"{answer}     ({task.Id} on {task.Node})");
            if (!answer.StartsWith("hello from ", StringComparison.Ordinal)) throw new DemoFailedException($"{task.Id} answered '{answer}'");
        }

        _watch.End("each replica called");
    }

    private async Task ScaleAsync(WarrenCommand warren)
    {
        narrator.Say($"Scaling to {MoreReplicas}: two more tasks, and the three that are there are left alone.");
        await warren.ShowAsync("service", "scale", $"{Service}={MoreReplicas}");
        _watch.End("scaled to five, converged");
    }

    private async Task HurtAsync(RealCluster cluster, WarrenCommand warren)
    {
        var victim = WebTask.Read(await warren.ReadAsync("service", "tasks", "--output", "json", Service))[0];
        var worker = cluster.Nodes.First(node => node.Id.Value == victim.Node);
        var process = (await worker.ProcessesAsync())[TaskId.Parse(victim.Id)];
        narrator.Say($"Now the process of {victim.Id} is killed behind everyone's back: kill -9 {process}.");
        _watch.End("finding a victim");
        Signals.Send(process, Signal.Kill);
        var begin = time.GetTimestamp();
        while (true)
        {
            var tasks = WebTask.Read(await warren.ReadAsync("service", "tasks", "--output", "json", Service));
            if (tasks.Count == MoreReplicas && tasks.All(task => task.Id != victim.Id)) break;
            if (time.GetElapsedTime(begin) > s_healLimit) throw new DemoFailedException($"{victim.Id} has no successor after {s_healLimit.TotalSeconds} s");
            await Task.Delay(s_pause, time, interrupted);
        }

        var healed = _watch.End("healed after kill -9");
        narrator.Add(string.Create(CultureInfo.InvariantCulture, $"Healed after {healed.TotalSeconds:F1} s: another task is ready in its place."));
        await warren.ShowAsync("service", "tasks", "--all", Service);
    }

    private async Task KeepAsync(string socket)
    {
        narrator.Say("The cluster stays until you press Ctrl-C. In another terminal, try:");
        foreach (var line in new[]
        {
            $"export WARREN_HOST={socket}", "./warren service list", "./warren service tasks --all hello", "./warren service update --env-add GREETING=hi hello",
            "./warren events --follow", "./warren node drain w1", "./warren service delete hello",
        })
        {
            narrator.Quote(line);
        }

        await UntilInterruptedAsync();
    }

    private async Task UntilInterruptedAsync()
    {
        var end = new TaskCompletionSource();
        await using (interrupted.Register(end.SetResult)) await end.Task;
        narrator.Say("Cleaning up: containers, networks, processes and files.");
    }

    private static string AddressOf(RealCluster cluster, string node) => cluster.Nodes.First(worker => worker.Id.Value == node).Machine.Address;

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
