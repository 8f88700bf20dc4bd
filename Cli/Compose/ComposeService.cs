using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Warren.Cli.Manifests;
using Warren.Cli.Running;
using Warren.V1;

namespace Warren.Cli.Compose;

/// <summary>Reads a service of a compose file, key by key.</summary>
internal sealed class ComposeService
{
    private static readonly Dictionary<string, NetworkMode> s_networks = new() { ["bridge"] = NetworkMode.Bridge, ["host"] = NetworkMode.Host, ["none"] = NetworkMode.None };

    /// <summary>What reads each key that is carried out.</summary>
    public static readonly IReadOnlyDictionary<string, Action<ComposeService, ComposeValue>> Readers = new Dictionary<string, Action<ComposeService, ComposeValue>>
    {
        ["image"] = (service, value) => value.Use(text => service.Container.Image = text),
        ["command"] = (service, value) => service.Container.Args.AddRange(value.Words()),
        ["entrypoint"] = (service, value) => service.Container.Command.AddRange(value.Words()),
        ["environment"] = (service, value) => service.AddVariables(value),
        ["env_file"] = (_, _) => { },
        ["ports"] = (service, value) => service.Container.Ports.AddRange(value.Items().SelectMany(ComposePorts.Read)),
        ["volumes"] = (service, value) => service.Container.Mounts.AddRange(value.Items().Select(item => ComposeMounts.Read(item, service.Objects)).OfType<MountSpec>()),
        ["tmpfs"] = (service, value) => service.Container.Mounts.AddRange(value.OneOrMany().Select(ComposeMounts.ReadTmpfs).OfType<MountSpec>()),
        ["secrets"] = (service, value) => ComposeReferences.ReadSecrets(service, value),
        ["configs"] = (service, value) => ComposeReferences.ReadConfigs(service, value),
        ["healthcheck"] = (service, value) => ComposeHealth.Read(service.Container, value),
        ["deploy"] = (service, value) => ComposeDeploy.Read(service.Spec, value),
        ["restart"] = (service, value) => ComposeDeploy.ReadRestart(service.Spec, value),
        ["depends_on"] = (service, value) => service.ReadNeeds(value),
        ["profiles"] = (_, _) => { },
        ["scale"] = (service, value) => value.Use(text => service.Spec.Replicas = Values.Number("", text)),
        ["user"] = (service, value) => value.Use(text => service.Container.User = text),
        ["group_add"] = (service, value) => service.Container.Groups.AddRange(value.Texts()),
        ["working_dir"] = (service, value) => value.Use(text => service.Container.WorkingDirectory = text),
        ["hostname"] = (service, value) => value.Use(text => service.Container.Hostname = text),
        ["labels"] = (service, value) => Set(service.Container.Labels, value),
        ["extra_hosts"] = (service, value) => service.AddHosts(value),
        ["init"] = (service, value) => service.Container.Init = value.Yes(),
        ["tty"] = (service, value) => service.Container.Tty = value.Yes(),
        ["stop_grace_period"] = (service, value) => value.Use(text => service.Container.StopGracePeriod = Values.Time("", text).ToDuration()),
        ["stop_signal"] = (service, value) => value.Use(text => service.Container.StopSignal = text),
        ["logging"] = (service, value) => service.ReadLogging(value),
        ["network_mode"] = (service, value) => value.Use(text => service.Network.Mode = Values.Choice("", text, s_networks)),
        ["dns"] = (service, value) => service.Network.DnsServers.AddRange(value.Texts()),
        ["dns_search"] = (service, value) => service.Network.DnsSearch.AddRange(value.Texts()),
        ["dns_opt"] = (service, value) => service.Network.DnsOptions.AddRange(value.Texts()),
        ["privileged"] = (service, value) => service.Security.Privileged = value.Yes(),
        ["cap_add"] = (service, value) => service.Security.AddCapabilities.AddRange(value.Texts()),
        ["cap_drop"] = (service, value) => service.Security.DropCapabilities.AddRange(value.Texts()),
        ["read_only"] = (service, value) => service.Security.ReadOnlyRoot = value.Yes(),
        ["sysctls"] = (service, value) => Set(service.Security.Sysctls, value),
        ["ulimits"] = (service, value) => service.ReadUlimits(value),
        ["security_opt"] = (service, value) => service.ReadSecurityOptions(value),
        ["devices"] = (service, value) => service.ReadDevices(value),
        ["shm_size"] = (service, value) => value.Use(text => service.Resources.SharedMemorySize = Values.Bytes("", text)),
        ["cpus"] = (service, value) => value.Use(text => service.Resources.CpuLimitMillicores = Values.MilliCores("", text)),
        ["cpu_shares"] = (service, value) => value.Use(text => service.Resources.CpuShares = Values.Number("", text)),
        ["mem_limit"] = (service, value) => value.Use(text => service.Resources.MemoryLimit = Values.Bytes("", text)),
        ["mem_reservation"] = (service, value) => value.Use(text => service.Resources.MemoryReservation = Values.Bytes("", text)),
        ["pids_limit"] = (service, value) => value.Use(text => service.Resources.PidsLimit = Values.Number("", text)),
        ["oom_score_adj"] = (service, value) => value.Use(text => service.Resources.OomScoreAdjustment = Values.Number("", text)),
    };

    // Where in the spec the manager finds what these keys say, so that its problems have their lines.
    private static readonly Dictionary<string, string> s_fields = new()
    {
        ["image"] = "container.image",
        ["command"] = "container.args",
        ["entrypoint"] = "container.command",
        ["environment"] = "container.env",
        ["ports"] = "container.ports",
        ["volumes"] = "container.mounts",
        ["secrets"] = "secrets",
        ["configs"] = "configs",
        ["user"] = "container.user",
        ["working_dir"] = "container.workingDirectory",
        ["hostname"] = "container.hostname",
        ["labels"] = "container.labels",
        ["extra_hosts"] = "container.extraHosts",
        ["stop_grace_period"] = "container.stopGracePeriod",
        ["stop_signal"] = "container.stopSignal",
        ["logging"] = "container.logs",
        ["cap_add"] = "container.security.addCapabilities",
        ["cap_drop"] = "container.security.dropCapabilities",
        ["sysctls"] = "container.security.sysctls",
        ["ulimits"] = "container.security.ulimits",
        ["devices"] = "container.security.devices",
        ["healthcheck"] = "container.liveness",
        ["restart"] = "restart",
        ["scale"] = "replicas",
        ["group_add"] = "container.groups",
        ["dns"] = "container.network",
        ["mem_limit"] = "container.resources.memoryLimit",
        ["mem_reservation"] = "container.resources.memoryReservation",
        ["cpus"] = "container.resources.cpuLimitMillicores",
        ["pids_limit"] = "container.resources.pidsLimit",
        ["shm_size"] = "container.resources.sharedMemorySize",
        ["cpu_shares"] = "container.resources.cpuShares",
        ["oom_score_adj"] = "container.resources.oomScoreAdjustment",
    };

    private static readonly Dictionary<string, DependencyCondition> s_conditions = new()
    {
        ["service_started"] = DependencyCondition.Started,
        ["service_healthy"] = DependencyCondition.Healthy,
        ["service_completed_successfully"] = DependencyCondition.Completed,
    };

    private readonly List<(ServiceDependency Need, bool IsRequired, int Line)> _needs = [];

    private ComposeService(string name, ComposeValue at, ComposeObjects objects)
    {
        (Name, Objects) = (name, objects);
        Spec = new() { Name = name, Container = new() };
        var lines = new Dictionary<string, int>(StringComparer.Ordinal) { ["name"] = at.Node.Line };
        Manifest = new(at.File.Name, at.Node.Line, ResourceKind.Service, name, new() { Service = Spec }, lines);

        // Of one thing said twice, that of deploy counts; variables of the service come before those of its files.
        var keys = at.Keys("services.*").ToList();
        if (keys.Find(pair => pair.Key == "env_file").Value is { } files) ReadVariableFiles(files);
        foreach (var (key, value) in keys.Where(pair => pair.Key != "deploy" && !pair.Value.IsNothing).Concat(keys.Where(pair => pair.Key == "deploy")))
        {
            if (s_fields.TryGetValue(key, out var field)) lines[field] = value.Node.Line;
            Readers[key](this, value);
        }

        if (keys.Find(pair => pair.Key == "healthcheck").Value is { } health) lines["container.readiness"] = health.Node.Line;
        if (keys.Find(pair => pair.Key == "deploy").Value is { } deploy) ComposeDeploy.AddLines(deploy, lines);
    }

    public string Name { get; }

    public ServiceSpec Spec { get; }

    /// <summary>What it is in Warren.</summary>
    public Manifest Manifest { get; }

    /// <summary>The services that it needs, whether they must be there, and where that is said.</summary>
    public IReadOnlyList<(ServiceDependency Need, bool IsRequired, int Line)> Needs => _needs;

    public ComposeObjects Objects { get; }

    public ContainerSpec Container => Spec.Container;

    private NetworkSpec Network => Container.Network ??= new();

    private SecuritySpec Security => Container.Security ??= new();

    private ResourceSpec Resources => Container.Resources ??= new();

    /// <summary>Reads one.</summary>
    public static ComposeService Read(string name, ComposeValue at, ComposeObjects objects) => new(name, at, objects);

    private static void Set(IDictionary<string, string> map, ComposeValue value)
    {
        foreach (var (name, text, _) in value.Pairs()) map[name] = text ?? "";
    }

    private void AddVariables(ComposeValue value)
    {
        // A name alone means that of the shell; if that has none, the container has none either.
        foreach (var (name, text, _) in value.Pairs())
        {
            if ((text ?? value.File.Variable(name)) is { } known) Container.Env[name] = known;
        }
    }

    private void ReadVariableFiles(ComposeValue value)
    {
        foreach (var item in value.OneOrMany())
        {
            var (path, isRequired) = (item.IsMapping ? null : item.Text(), true);
            if (item.IsMapping)
            {
                foreach (var (key, at) in item.Names())
                {
                    if (key == "path") path = at.Text();
                    else if (key == "required") isRequired = at.Yes();
                    else at.Problem("is not known; known are path, required");
                }
            }

            if (path is null) continue;
            try
            {
                var file = item.File.PathOf(path);
                if (!isRequired && !File.Exists(file)) continue;
                foreach (var (name, text) in item.File.ReadVariables(file, item.Path))
                {
                    if ((text ?? item.File.Variable(name)) is { } known) Container.Env[name] = known;
                }
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
            {
                item.Problem($"must be a file that can be read: {failure.Message}");
            }
        }
    }

    private void ReadNeeds(ComposeValue value)
    {
        if (value.IsList)
        {
            _needs.AddRange(value.Items().Select(item => (new ServiceDependency(item.Text() ?? "", DependencyCondition.Started), true, item.Node.Line)));
            return;
        }

        foreach (var (name, item) in value.Names())
        {
            var (condition, isRequired) = (DependencyCondition.Started, true);
            foreach (var (key, at) in item.Keys("services.*.depends_on.*"))
            {
                if (key == "required") isRequired = at.Yes();
                else at.Use(text => condition = Values.Choice("", text, s_conditions));
            }

            _needs.Add((new(name, condition), isRequired, item.Node.Line));
        }
    }

    private void AddHosts(ComposeValue value)
    {
        foreach (var (name, address, at) in value.Pairs('=', ':'))
        {
            if (string.IsNullOrEmpty(address)) at.Problem("must be NAME=ADDRESS or NAME:ADDRESS");
            else if (address == "host-gateway") at.Problem("host-gateway is not supported: write the address of the node");
            else Container.ExtraHosts[name] = address.Trim('[', ']');
        }
    }

    private void ReadLogging(ComposeValue value)
    {
        foreach (var (key, at) in value.Keys("services.*.logging"))
        {
            if (key == "driver")
            {
                at.Use(text => _ = text is "json-file" or "local" ? text : throw Values.Wrong("", "json-file or local: output is kept on the node, in files", text));
                continue;
            }

            foreach (var (option, text, place) in at.Pairs())
            {
                var logs = Container.Logs ??= new();
                if (option == "max-size") place.Use(_ => logs.MaxFileSize = Values.Bytes("", text ?? ""));
                else if (option == "max-file") place.Use(_ => logs.MaxFiles = Values.Number("", text ?? ""));
                else place.Problem("is not supported: known are max-size and max-file");
            }
        }
    }

    private void ReadUlimits(ComposeValue value)
    {
        foreach (var (name, at) in value.Names())
        {
            var limit = new UlimitSpec { Name = name };
            if (!at.IsMapping)
            {
                at.Use(text => limit.Soft = limit.Hard = Number(text));
            }
            else
            {
                foreach (var (key, part) in at.Keys("services.*.ulimits.*"))
                {
                    if (key == "soft") part.Use(text => limit.Soft = Number(text));
                    else part.Use(text => limit.Hard = Number(text));
                }
            }

            Security.Ulimits.Add(limit);
        }

        static long Number(string text) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : throw Values.Wrong("", "a whole number, -1 for none", text);
    }

    private void ReadSecurityOptions(ComposeValue value)
    {
        foreach (var item in value.Items())
        {
            item.Use(text =>
            {
                switch (text.Replace('=', ':'))
                {
                    case "no-new-privileges" or "no-new-privileges:true":
                        Security.AllowNewPrivileges = false;
                        break;
                    case "no-new-privileges:false":
                        Security.AllowNewPrivileges = true;
                        break;
                    case "seccomp:unconfined":
                        Security.Seccomp = SeccompProfile.Unconfined;
                        break;
                    default:
                        throw Values.Wrong("", "seccomp:unconfined or no-new-privileges[:true|false]", text);
                }
            });
        }
    }

    private void ReadDevices(ComposeValue value)
    {
        foreach (var item in value.Items())
        {
            item.Use(text =>
            {
                var parts = text.Split(':');
                var device = new DeviceSpec { Source = parts[0] };
                if (parts.Length > 1) device.Target = parts[1];
                if (parts.Length > 2) device.Access = parts[2];
                Security.Devices.Add(device);
            });
        }
    }
}
