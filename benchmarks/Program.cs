using Warren.Benchmarks.Autonomy;
using Warren.Benchmarks.Command;
using Warren.Benchmarks.Containers;
using Warren.Benchmarks.Converge;
using Warren.Benchmarks.Engine;
using Warren.Benchmarks.Failover;
using Warren.Benchmarks.Metrics;
using Warren.Benchmarks.PublicApi;
using Warren.Benchmarks.Scale;
using Warren.Benchmarks.Scheduling;
using Warren.Harness.Silos;

namespace Warren.Benchmarks;

/// <summary>Runs a benchmark by name.</summary>
internal static class Program
{
    private const int Interrupted = 130;

    private const string List =
        """
        engine [PART...]   what calls, writes, activations, starting and idling cost; parts: local remote sqlite postgres activations start idle
        containers [PART...]
                           what running containers costs, next to containerd's own client; parts: start parallel idle logs network
        converge [PART...] how long an operator waits for real containers, and how soon they are replaced; parts: ten many heal
        scale [PART...]    how far one manager goes with agents of the fake runtime; parts: scale (100 nodes) scale1k (1,000 nodes)
        autonomy [PART...] what a node does without its managers, what it writes at rest, how soon it joins; parts: alone join rest
        api                what calls of the public API cost, durable on SQLite
        cli                what the published command costs: time, memory, size
        scheduler          what choosing nodes for tasks costs
        failover           what a killed or frozen silo costs, and that nothing is lost
        """;

    private static async Task<int> Main(string[] arguments)
    {
        if (arguments is ["child", ..]) return await Children.RunAsync(arguments[1..]);
        using var interruption = new Interruption();
        try
        {
            switch (arguments)
            {
                case ["engine", ..]:
                    return await new EngineBench(new Report(EngineBench.Aims), interruption.Token).RunAsync(arguments[1..]);
                case ["containers", ..]:
                    return await new ContainersBench(new Report(ContainersBench.Aims), interruption.Token).RunAsync(arguments[1..]);
                case ["converge", ..]:
                    return await new ConvergeBench(new Report(ConvergeBench.Aims), interruption.Token).RunAsync(arguments[1..]);
                case ["scale", ..]:
                    return await new ScaleBench(new Report(ScaleBench.Aims), interruption.Token).RunAsync(arguments[1..]);
                case ["autonomy", ..]:
                    return await new AutonomyBench(new Report(AutonomyBench.Aims), interruption.Token).RunAsync(arguments[1..]);
                case ["api"]:
                    return await new ApiBench(new Report(ApiBench.Aims), interruption.Token).RunAsync();
                case ["cli"]:
                    return await new CommandBench(new Report(CommandBench.Aims), interruption.Token).RunAsync();
                case ["scheduler"]:
                    return await new SchedulerBench(new Report(SchedulerBench.Aims), interruption.Token).RunAsync();
                case ["failover"]:
                    return await new FailoverBench(new Report(FailoverBench.Aims), TimeProvider.System, interruption.Token).RunAsync();
                case []:
                    Console.WriteLine(List);
                    return 0;
                default:
                    await Console.Error.WriteLineAsync($"bench: there is no benchmark '{string.Join(' ', arguments)}'. There are:\n{List}");
                    return 2;
            }
        }
        catch (OperationCanceledException) when (interruption.Token.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("bench: interrupted");
            return Interrupted;
        }
    }
}
