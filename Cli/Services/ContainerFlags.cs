using Google.Protobuf.WellKnownTypes;
using Warren.Cli.Errors;
using Warren.Cli.Running;
using Warren.V1;

namespace Warren.Cli.Services;

/// <summary>The flags of the container of a service.</summary>
internal static class ContainerFlags
{
    /// <summary>Adds them.</summary>
    public static void AddTo(FlagSet flags)
    {
        AddProcess(flags);
        AddNetwork(flags);
        AddMounts(flags);
        AddSecurity(flags);
        AddResources(flags);
    }

    private static void AddProcess(FlagSet flags)
    {
        flags.One("--entrypoint", "words", "Replaces the image's entrypoint", (spec, flag, text) => Replace(spec.Container.Command, Values.Words(flag, text)));
        if (flags.IsUpdate) flags.One("--args", "words", "Replaces the image's arguments", (spec, flag, text) => Replace(spec.Container.Args, Values.Words(flag, text)));
        flags.Many(
            "--env", "name=value|name", "An environment variable; by its name alone, that of this shell",
            (spec, flag, text) => SetVariable(spec, flag, text), (spec, key) => spec.Container.Env.Remove(key), "-e");
        if (!flags.IsUpdate)
        {
            flags.Many("--env-file", "file", "A file of environment variables, one a line", (spec, flag, file) =>
            {
                foreach (var line in ReadLines(flag, file).Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#')) SetVariable(spec, flag, line);
            }, (_, _) => false);
        }

        flags.One("--user", "user[:group]", "Who the process is", (spec, _, text) => spec.Container.User = text, "-u");
        flags.List("--group", "group", "A further group of the process", spec => spec.Container.Groups);
        flags.One("--workdir", "path", "The working folder", (spec, _, text) => spec.Container.WorkingDirectory = text, "-w");
        flags.Map("--container-label", "name=value", "A label of the container", spec => spec.Container.Labels);
        flags.Switch("--init", "Whether an init process reaps orphans", (spec, on) => spec.Container.Init = on);
        flags.Switch("--tty", "Whether there is a terminal", (spec, on) => spec.Container.Tty = on, "-t");
        flags.One("--stop-signal", "signal", "What asks it to end", (spec, _, text) => spec.Container.StopSignal = text);
        flags.One(
            "--stop-grace-period", "time", "How long after it SIGKILL follows [default: 10s]",
            (spec, flag, text) => spec.Container.StopGracePeriod = Values.Time(flag, text).ToDuration());
        flags.Many("--log-opt", "name=value", "max-size= [default: 10m] or max-file= [default: 3]", (spec, flag, text) =>
        {
            var (name, value) = Values.Pair(flag, text);
            var logs = spec.Container.Logs ??= new();
            if (name == "max-size") logs.MaxFileSize = Values.Bytes(flag, value);
            else if (name == "max-file") logs.MaxFiles = Values.Number(flag, value);
            else throw Values.Wrong(flag, "max-size=SIZE or max-file=NUMBER", text);
        }, (spec, name) => RemoveLogOption(spec, name));
    }

    private static void AddNetwork(FlagSet flags)
    {
        flags.One("--hostname", "name", "The container's host name", (spec, _, text) => spec.Container.Hostname = text);
        flags.Many("--add-host", "name:address", "A line of the hosts file", (spec, flag, text) =>
        {
            var at = text.IndexOf(':', StringComparison.Ordinal);
            if (at <= 0) throw Values.Wrong(flag, "NAME:ADDRESS", text);
            spec.Container.ExtraHosts[text[..at]] = text[(at + 1)..];
        }, (spec, name) => spec.Container.ExtraHosts.Remove(name), updateName: "--hosts");
        flags.Choice("--network", "How it is connected", new Dictionary<string, NetworkMode>
        {
            ["bridge"] = NetworkMode.Bridge,
            ["host"] = NetworkMode.Host,
            ["none"] = NetworkMode.None,
        }, (spec, mode) => Network(spec).Mode = mode);
        flags.List("--dns", "address", "A name server", spec => Network(spec).DnsServers);
        flags.List("--dns-search", "domain", "A search domain", spec => Network(spec).DnsSearch);
        flags.List("--dns-option", "option", "An option of the resolver", spec => Network(spec).DnsOptions);
        flags.Items(
            "--publish", "[[address:]port:]port[/udp]", "A port that the node publishes; or published=, target=, protocol=, host-ip=",
            spec => spec.Container.Ports, Port, port => $"{port.ContainerPort}{(port.Protocol == PortProtocol.Udp ? "/udp" : "")}", "-p");
    }

    private static void AddMounts(FlagSet flags)
    {
        flags.Items(
            "--mount", "type=…,target=…", "type=volume|bind|tmpfs, source=, target=, readonly, volume-subpath=, bind-propagation=, tmpfs-size=, tmpfs-mode=",
            spec => spec.Container.Mounts, Mount, mount => mount.Target);
        flags.Many("--device", "source[:target[:rwm]]", "A device of the node", (spec, _, text) =>
        {
            var parts = text.Split(':');
            var device = new DeviceSpec { Source = parts[0] };
            if (parts.Length > 1) device.Target = parts[1];
            if (parts.Length > 2) device.Access = parts[2];
            RemoveDevice(spec, parts[0]);
            Security(spec).Devices.Add(device);
        }, RemoveDevice);
    }

    private static void AddSecurity(FlagSet flags)
    {
        flags.Switch("--privileged", "All capabilities and devices, nothing filtered or masked", (spec, on) => Security(spec).Privileged = on);
        flags.List("--cap-add", "capability", "A further capability", spec => Security(spec).AddCapabilities);
        flags.List("--cap-drop", "capability", "A default capability that is taken", spec => Security(spec).DropCapabilities);
        flags.Choice("--seccomp", "Which system calls are allowed", new Dictionary<string, SeccompProfile>
        {
            ["default"] = SeccompProfile.Default,
            ["unconfined"] = SeccompProfile.Unconfined,
        }, (spec, profile) => Security(spec).Seccomp = profile);
        flags.Switch("--allow-new-privileges", "Whether set-user-id programs give their rights", (spec, on) => Security(spec).AllowNewPrivileges = on);
        flags.Switch("--read-only", "Whether the root file system can only be read", (spec, on) => Security(spec).ReadOnlyRoot = on);
        flags.One("--masked-paths", "paths|none", "Paths that read as empty, parted by commas [default: the runtime's]", (spec, _, text) => Security(spec).MaskedPaths = Paths(text));
        flags.One("--readonly-paths", "paths|none", "Paths that can only be read, parted by commas [default: the runtime's]", (spec, _, text) => Security(spec).ReadOnlyPaths = Paths(text));
        flags.Map("--sysctl", "name=value", "A kernel setting of the container", spec => Security(spec).Sysctls);
        flags.Items("--ulimit", "name=soft[:hard]", "A limit of each process; -1 means none", spec => Security(spec).Ulimits, Ulimit, limit => limit.Name);
    }

    private static void AddResources(FlagSet flags)
    {
        flags.One("--limit-cpu", "cores", "The most processor time, such as 0.5", (spec, flag, text) => Resources(spec).CpuLimitMillicores = Values.MilliCores(flag, text));
        flags.One("--limit-memory", "size", "The most memory, such as 512m", (spec, flag, text) => Resources(spec).MemoryLimit = Values.Bytes(flag, text));
        flags.One("--limit-pids", "number", "The most processes and threads", (spec, flag, text) => Resources(spec).PidsLimit = Values.Number(flag, text));
        flags.One("--reserve-cpu", "cores", "Processor time that is set aside", (spec, flag, text) => Resources(spec).CpuReservationMillicores = Values.MilliCores(flag, text));
        flags.One("--reserve-memory", "size", "Memory that is set aside", (spec, flag, text) => Resources(spec).MemoryReservation = Values.Bytes(flag, text));
        flags.One("--cpu-shares", "number", "Weight under contention, 2 to 262144", (spec, flag, text) => Resources(spec).CpuShares = Values.Number(flag, text));
        flags.One("--shm-size", "size", "The size of /dev/shm [default: 64m]", (spec, flag, text) => Resources(spec).SharedMemorySize = Values.Bytes(flag, text));
        flags.One("--oom-score-adj", "number", "-1000 to 1000; the higher, the sooner it is killed", (spec, flag, text) => Resources(spec).OomScoreAdjustment = Values.Number(flag, text));
    }

    private static NetworkSpec Network(ServiceSpec spec) => spec.Container.Network ??= new();

    private static SecuritySpec Security(ServiceSpec spec) => spec.Container.Security ??= new();

    private static ResourceSpec Resources(ServiceSpec spec) => spec.Container.Resources ??= new();

    private static PathList Paths(string text) => new() { Paths = { text == "none" ? [] : text.Split(',', StringSplitOptions.TrimEntries) } };

    private static void Replace(Google.Protobuf.Collections.RepeatedField<string> list, IEnumerable<string> words)
    {
        list.Clear();
        list.AddRange(words);
    }

    private static void SetVariable(ServiceSpec spec, string flag, string text)
    {
        if (text.Contains('=', StringComparison.Ordinal))
        {
            var (name, value) = Values.Pair(flag, text);
            spec.Container.Env[name] = value;
        }
        else if (Environment.GetEnvironmentVariable(text) is { } own)
        {
            spec.Container.Env[text] = own;
        }
        else
        {
            throw Values.Wrong(flag, "NAME=VALUE, or the name of a variable of this shell", text);
        }
    }

    private static string[] ReadLines(string flag, string file)
    {
        try
        {
            return File.ReadAllLines(file);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCodes.Usage, $"{flag}: {failure.Message}", "name a file that can be read");
        }
    }

    private static bool RemoveLogOption(ServiceSpec spec, string name)
    {
        if (name == "max-size") spec.Container.Logs?.ClearMaxFileSize();
        else if (name == "max-file") spec.Container.Logs?.ClearMaxFiles();
        else return false;
        return true;
    }

    private static bool RemoveDevice(ServiceSpec spec, string source) =>
        Security(spec).Devices.FirstOrDefault(device => device.Source == source) is { } known && Security(spec).Devices.Remove(known);

    private static PortSpec Port(string flag, string text)
    {
        var port = new PortSpec { Protocol = PortProtocol.Tcp };
        if (text.Contains('=', StringComparison.Ordinal))
        {
            var fields = Values.Fields(flag, text, "published", "target", "protocol", "host-ip", "mode");
            if (fields.TryGetValue("mode", out var mode) && mode != "host") throw Values.Wrong(flag, "mode=host: each port is published by the node that its task runs on", text);
            port.ContainerPort = Values.Number(flag, fields.GetValueOrDefault("target", ""));
            if (fields.TryGetValue("published", out var published)) port.HostPort = Values.Number(flag, published);
            if (fields.TryGetValue("host-ip", out var address)) port.HostAddress = address;
            if (fields.TryGetValue("protocol", out var protocol)) port.Protocol = Protocol(flag, protocol);
            return port;
        }

        var slash = text.Split('/');
        if (slash.Length > 2) throw Values.Wrong(flag, "[[ADDRESS:]PORT:]PORT[/udp]", text);
        if (slash.Length == 2) port.Protocol = Protocol(flag, slash[1]);

        // An address of version 6 stands in brackets, for it has colons of its own.
        var last = slash[0].LastIndexOf(':');
        port.ContainerPort = Values.Number(flag, slash[0][(last + 1)..]);
        if (last < 0) return port;
        var rest = slash[0][..last];
        var before = rest.EndsWith(']') ? -1 : rest.LastIndexOf(':');
        if (rest.EndsWith(']')) throw Values.Wrong(flag, "[[ADDRESS:]PORT:]PORT[/udp]", text);
        if (rest.Length - before > 1) port.HostPort = Values.Number(flag, rest[(before + 1)..]);
        if (before > 0) port.HostAddress = rest[..before].Trim('[', ']');
        return port;
    }

    private static PortProtocol Protocol(string flag, string text) =>
        Values.Choice(flag, text, new Dictionary<string, PortProtocol> { ["tcp"] = PortProtocol.Tcp, ["udp"] = PortProtocol.Udp });

    private static UlimitSpec Ulimit(string flag, string text)
    {
        var (name, value) = Values.Pair(flag, text);
        var limits = value.Split(':');
        if (limits.Length > 2 || !long.TryParse(limits[0], out var soft) || !long.TryParse(limits[^1], out var hard)) throw Values.Wrong(flag, "NAME=SOFT[:HARD]", text);
        return new() { Name = name, Soft = soft, Hard = hard };
    }

    private static MountSpec Mount(string flag, string text)
    {
        var fields = Values.Fields(
            flag, text, "type", "source", "src", "target", "dst", "destination", "readonly", "ro", "volume-subpath", "bind-propagation", "tmpfs-size", "tmpfs-mode");
        string? Get(params string[] names) => names.Select(fields.GetValueOrDefault).FirstOrDefault(value => value is not null);
        var mount = new MountSpec
        {
            Kind = Values.Choice(flag, Get("type") ?? "volume", new Dictionary<string, MountKind>
            {
                ["volume"] = MountKind.Volume,
                ["bind"] = MountKind.Bind,
                ["tmpfs"] = MountKind.Tmpfs,
            }),
            Target = Get("target", "dst", "destination") ?? throw Values.Wrong(flag, "with a target=PATH", text),
            ReadOnly = Get("readonly", "ro") is { } only && Values.Flag(flag, only),
        };
        if (Get("source", "src") is { } source) mount.Source = source;
        if (Get("volume-subpath") is { } subpath) mount.Subpath = subpath;
        if (Get("tmpfs-size") is { } size) mount.TmpfsSize = Values.Bytes(flag, size);
        if (Get("tmpfs-mode") is { } mode) mount.TmpfsMode = Values.Mode(flag, mode);
        if (Get("bind-propagation") is { } propagation)
        {
            mount.Propagation = Values.Choice(flag, propagation, new Dictionary<string, MountPropagation>
            {
                ["private"] = MountPropagation.Private,
                ["rprivate"] = MountPropagation.Private,
                ["slave"] = MountPropagation.Slave,
                ["rslave"] = MountPropagation.Slave,
                ["shared"] = MountPropagation.Shared,
                ["rshared"] = MountPropagation.Shared,
            });
        }

        return mount;
    }
}
