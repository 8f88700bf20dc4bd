using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Parsing;
using Warren.Agent.Hosting;
using Warren.Agent.Images;
using Warren.Hosting.Managers;
using Warren.Nodes;

namespace Warren.Daemon;

/// <summary><c>warrend worker</c>: runs containers on this machine.</summary>
internal static class WorkerCommand
{
    private const string NoSubnet = "none";

    public static Command Create()
    {
        var standard = new WorkerOptions();
        var runtime = new Option<RuntimeKind>("--runtime")
        {
            Description = "What runs the containers: containerd, or fake, which runs none and is for scale tests only.",
            DefaultValueFactory = _ => standard.Runtime,
        };
        var data = Folder("--data-dir", "Keeps what must survive a restart of the machine: volumes, logs, records.", standard.DataDirectory);
        var run = Folder("--run-dir", "Keeps what goes with the machine's restart: network namespaces, secrets in memory.", standard.RunDirectory);
        var socket = Folder("--containerd-socket", "The unix socket of containerd.", standard.Containerd.SocketPath);
        var @namespace = new Option<string>("--containerd-namespace")
        {
            Description = "The namespace of Warren's containers in containerd.",
            DefaultValueFactory = _ => standard.Containerd.Namespace,
        };
        var grace = new Option<TimeSpan>("--stray-grace")
        {
            Description = "How long a container in that namespace that nobody ordered is left alone, as hours:minutes:seconds.",
            DefaultValueFactory = _ => standard.StrayGracePeriod,
        };

        var managers = new Option<ManagerAddress[]>("--manager")
        {
            Description = $"A manager to register with, {ManagerAddress.Rule}; may be given several times.",
            HelpName = "address",
            CustomParser = ParseManagers,
        };
        var node = new Option<NodeId?>("--node-id")
        {
            Description = $"The node's id, for good: {NodeId.Rule}. Default: made at the first start and kept in the data folder.",
            HelpName = "id",
            CustomParser = result => NodeId.TryParse(result.Tokens[0].Value, out var id) ? id : Wrong<NodeId?>(result, "--node-id", NodeId.Rule),
        };
        var name = new Option<string>("--name") { Description = "The node's name.", DefaultValueFactory = _ => standard.Name };
        var labels = new Option<string[]>("--label")
        {
            Description = "name=value, a label that the node gets when it registers for the first time; may be given several times.",
            HelpName = "label",
        };
        labels.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(token => token.Value.IndexOf('=', StringComparison.Ordinal) < 1))
                result.AddError($"--label: must be name=value, was '{token.Value}'");
            foreach (var twice in result.Tokens.GroupBy(token => token.Value.Split('=')[0]).Where(group => group.Count() > 1))
                result.AddError($"--label: {twice.Key} is given {twice.Count()} times; a label has one value");
        });
        var bridge = new Option<string>("--bridge") { Description = "The bridge of the containers.", DefaultValueFactory = _ => standard.Network.Bridge };
        var subnet = new Option<string>("--subnet") { Description = "The containers' IPv4 addresses.", DefaultValueFactory = _ => standard.Network.Subnet };
        var ipv6Subnet = new Option<string>("--ipv6-subnet")
        {
            Description = $"The containers' IPv6 addresses; {NoSubnet}: they have none.",
            DefaultValueFactory = _ => standard.Network.Ipv6Subnet ?? NoSubnet,
        };
        var processors = new Option<long>("--reserve-cpu") { Description = "Thousandths of a core that the machine keeps for itself.", HelpName = "millicores" };
        var memory = new Option<long>("--reserve-memory") { Description = "Bytes of memory that the machine keeps for itself.", HelpName = "bytes" };
        var collection = new ImageSettings(standard.ImageCollection);
        var join = new JoinSettings("The port of the managers on which machines join by token.");
        var registries = new RegistrySettings();
        var identity = new IdentityOptions();

        var command = new Command("worker", "Run containers on this machine.")
        {
            managers, node, name, labels, runtime, data, run, socket, @namespace, grace, bridge, subnet, ipv6Subnet, processors, memory,
        };
        join.AddTo(command, data);
        registries.AddTo(command);
        collection.AddTo(command);
        identity.AddTo(command);
        var log = new LogSettings();
        log.AddTo(command);
        command.SetAction((parsed, cancellation) =>
        {
            var images = new ImageOptions();
            registries.CopyTo(images, parsed);
            return WorkerHost.RunAsync(new WorkerOptions
            {
                Managers = [.. parsed.GetValue(managers) ?? []],
                Node = parsed.GetValue(node),
                Name = parsed.GetValue(name)!,
                Labels = (parsed.GetValue(labels) ?? []).Select(label => label.Split('=', 2))
                    .ToImmutableSortedDictionary(pair => pair[0], pair => pair[1]),
                Reserve = new(parsed.GetValue(processors), parsed.GetValue(memory)),
                Identity = identity.Get(parsed),
                Token = join.Token(parsed),
                JoinPort = join.Port(parsed),
                Network = standard.Network with
                {
                    Bridge = parsed.GetValue(bridge)!,
                    Subnet = parsed.GetValue(subnet)!,
                    Ipv6Subnet = parsed.GetValue(ipv6Subnet) is var given && given == NoSubnet ? null : given,
                },
                Runtime = parsed.GetValue(runtime),
                DataDirectory = parsed.GetValue(data)!,
                RunDirectory = parsed.GetValue(run)!,
                Containerd = new() { SocketPath = parsed.GetValue(socket)!, Namespace = parsed.GetValue(@namespace)! },
                StrayGracePeriod = parsed.GetValue(grace),
                Images = images,
                ImageCollection = collection.Get(parsed),
                LogLevel = log.Get(parsed),
            }, cancellation);
        });
        return command;
    }

    private static ManagerAddress[] ParseManagers(ArgumentResult result)
    {
        var parsed = new List<ManagerAddress>();
        foreach (var token in result.Tokens)
        {
            if (ManagerAddress.TryParse(token.Value, out var address)) parsed.Add(address);
            else result.AddError($"--manager: must be {ManagerAddress.Rule}, was '{token.Value}'");
        }

        return [.. parsed];
    }

    private static T? Wrong<T>(ArgumentResult result, string option, string rule)
    {
        result.AddError($"{option}: must be {rule}, was '{result.Tokens[0].Value}'");
        return default;
    }

    private static Option<string> Folder(string name, string description, string standard) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => standard,
    };
}
