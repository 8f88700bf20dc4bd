using System.CommandLine;
using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Warren.Cli.Output;
using Warren.Cli.Running;
using Warren.V1;

namespace Warren.Cli.Top;

/// <summary><c>warren top</c>.</summary>
internal static class TopCommand
{
    private static readonly Dictionary<string, TopKind> s_kinds = new() { ["services"] = TopKind.Services, ["tasks"] = TopKind.Tasks, ["nodes"] = TopKind.Nodes };
    private static readonly Dictionary<string, TopOrder> s_orders = new() { ["cpu"] = TopOrder.Cpu, ["memory"] = TopOrder.Memory, ["name"] = TopOrder.Name };

    /// <summary>Makes the command.</summary>
    public static Command Fill(App app, Command command)
    {
        var what = new Argument<string>("what") { Description = "services, tasks or nodes", DefaultValueFactory = _ => "services" };
        what.CompletionSources.Add([.. s_kinds.Keys]);
        var service = new Option<string?>("--service") { Description = "Only a service, its tasks and their nodes", HelpName = "name" };
        var node = new Option<string?>("--node") { Description = "Only a node and its tasks", HelpName = "node" };
        var sort = new Option<string>("--sort") { Description = "By cpu or memory, the most first, or by name", HelpName = "order", DefaultValueFactory = _ => "cpu" };
        sort.CompletionSources.Add([.. s_orders.Keys]);
        var interval = new Option<string>("--interval") { Description = "The time between two tables, from 500ms to 5m", HelpName = "time", DefaultValueFactory = _ => "2s" };
        var once = new Option<bool>("--once") { Description = "One table, and no more; so it is, too, where the output is no terminal" };
        command.Add(what);
        command.Add(service);
        command.Add(node);
        command.Add(sort);
        command.Add(interval);
        command.Add(once);
        var shape = Shape.AddTo(command);
        return app.On(command, async call =>
        {
            var (kind, order) = (Values.Choice("what", call.Get(what)!, s_kinds), Values.Choice("--sort", call.Get(sort)!, s_orders));
            var request = new StreamStatsRequest { NodesOnly = kind == TopKind.Nodes, Interval = Values.Time("--interval", call.Get(interval)!).ToDuration() };
            if (call.Get(service) is { } name) request.Service = name;
            if (call.Get(node) is { } place) request.Node = place;
            if (!call.Get(once) && shape.IsTable(call) && call.Terminal.CanRedrawOut) return await FollowAsync(call, request, kind, order);
            var wanted = new GetStatsRequest { NodesOnly = request.NodesOnly };
            if (request.HasService) wanted.Service = request.Service;
            if (request.HasNode) wanted.Node = request.Node;
            return Show(call, shape, await call.Manager.Stats.GetAsync(wanted, call.Options), kind, order);
        });
    }

    private static int Show(Call call, Shape shape, Stats stats, TopKind kind, TopOrder order)
    {
        switch (kind)
        {
            case TopKind.Services:
                var services = TopTables.Ordered(stats.Services, order);
                return shape.Show(call, services, one => one.Service, () => TopTables.Of(services));
            case TopKind.Tasks:
                var tasks = TopTables.Ordered(stats.Tasks, order);
                return shape.Show(call, tasks, one => one.Task, () => TopTables.Of(tasks));
            default:
                var nodes = TopTables.Ordered(stats.Nodes, order);
                return shape.Show(call, nodes, one => one.Node, () => TopTables.Of(nodes));
        }
    }

    private static async Task<int> FollowAsync(Call call, StreamStatsRequest request, TopKind kind, TopOrder order)
    {
        var screen = new TopScreen(call.Terminal);
        using var answer = call.Manager.Stats.Stream(request, call.Endless);
        while (await answer.ResponseStream.MoveNext(call.Cancellation))
        {
            var stats = answer.ResponseStream.Current;
            screen.Draw(Heading(call, stats), kind switch
            {
                TopKind.Services => TopTables.Of(TopTables.Ordered(stats.Services, order)),
                TopKind.Tasks => TopTables.Of(TopTables.Ordered(stats.Tasks, order)),
                _ => TopTables.Of(TopTables.Ordered(stats.Nodes, order)),
            });
        }

        return ExitCodes.Done;
    }

    private static string Heading(Call call, Stats stats)
    {
        var silent = stats.Nodes.Count(node => node.Notice.Length > 0);
        var known = stats.Nodes.Where(node => node.Notice.Length == 0).ToArray();
        var time = TimeZoneInfo.ConvertTime(call.Time.GetUtcNow(), call.Time.LocalTimeZone).ToString("HH:mm:ss", CultureInfo.InvariantCulture);
        var cores = known.Sum(node => node.CpuCores).ToString("0.00", CultureInfo.InvariantCulture);
        return $"{time}  {Text.Number(stats.Nodes.Count)} nodes{(silent > 0 ? $", {Text.Number(silent)} without answer" : "")}  "
            + $"{cores} of {Text.Number(known.Sum(node => node.CpuCoresTotal))} cores  {Text.ShortBytes(known.Sum(node => node.Memory))} of {Text.ShortBytes(known.Sum(node => node.MemoryTotal))}";
    }
}
