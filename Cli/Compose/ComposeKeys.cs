using System.Text;
using static Warren.Cli.Compose.ComposeSupport;

namespace Warren.Cli.Compose;

/// <summary>The keys of the compose specification, section by section, and what becomes of each. docs/compose.md shows this table.</summary>
internal static class ComposeKeys
{
    private const string OnePort = "each port is published by the nodes that its tasks run on", NoNames = "services do not find each other by name yet; they share the bridge of their node";

    /// <summary>By section; a section is a place in the file, with <c>*</c> for any name and <c>[]</c> for an item of a list.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<ComposeKey>> Sections { get; } = new Dictionary<string, IReadOnlyList<ComposeKey>>
    {
        ["(file)"] =
        [
            .. Are(Read, "", "services", "volumes", "secrets", "configs"),
            new("name", Read, "the label compose.project of all that the file makes; otherwise the name of its folder"),
            new("version", Noted, "no version is looked at"),
            new("networks", Noted, NoNames),
            new("include", Refused, "name the files by several --file"),
        ],
        ["services.*"] =
        [
            .. Are(
                Read, "", "image", "environment", "ports", "secrets", "configs", "healthcheck", "deploy", "user", "group_add", "working_dir", "hostname", "read_only", "tmpfs", "cap_add", "cap_drop", "privileged",
                "sysctls", "ulimits", "init", "tty", "stop_grace_period", "stop_signal", "extra_hosts", "dns", "dns_search", "dns_opt", "devices", "shm_size", "cpu_shares", "oom_score_adj"),
            new("command", Read, "a text is parted as a shell parts it"),
            new("entrypoint", Read, "a text is parted as a shell parts it"),
            new("env_file", Read, "also with path and required; values may name variables"),
            new("volumes", Read, "the short and the long form; a volume without a name is refused"),
            new("network_mode", Read, "host, none or bridge"),
            new("depends_on", Read, "apply writes a service when those before it have come so far"),
            new("restart", Read, "no, always, unless-stopped (as always), on-failure with :COUNT; left out: as always"),
            new("labels", Read, "of the containers; those of deploy are the service's"),
            new("profiles", Read, "by --profile or COMPOSE_PROFILES; a service of none that is chosen is left out"),
            new("scale", Read, "as deploy.replicas"),
            new("security_opt", Read, "seccomp:unconfined, no-new-privileges with :true or :false (true without it)"),
            new("logging", Read, "json-file and local with max-size and max-file"),
            new("cpus", Read, "as deploy.resources.limits.cpus"),
            new("mem_limit", Read, "as deploy.resources.limits.memory"),
            new("mem_reservation", Read, "as deploy.resources.reservations.memory"),
            new("pids_limit", Read, "as deploy.resources.limits.pids"),
            new("networks", Noted, NoNames),
            new("container_name", Noted, "tasks have names of their own"),
            new("expose", Noted, "nothing keeps containers of a node from each other's ports"),
            new("stdin_open", Noted, "tasks have no standard input"),
            new("pull_policy", Noted, "an image is pulled when the node does not have it"),
            new("attach", Noted, "apply shows no output; 'warren service logs' does"),
            new("build", Refused, "build the image, push it, and name it by image"),
            new("extends", Refused, "write out what it takes over, or use a YAML anchor"),
            new("links", Refused, NoNames),
            new("external_links", Refused, NoNames),
            new("platform", Refused, "write a constraint such as node.platform.arch==arm64"),
            .. Are(
                Refused, "Warren has nothing like it", "annotations", "blkio_config", "cgroup", "cgroup_parent", "cpu_count", "cpu_percent", "cpu_period", "cpu_quota", "cpu_rt_period", "cpu_rt_runtime",
                "cpuset", "credential_spec", "develop", "device_cgroup_rules", "domainname", "gpus", "ipc", "isolation", "label_file", "mac_address", "mem_swappiness", "memswap_limit", "oom_kill_disable", "pid",
                "post_start", "pre_stop", "provider", "models", "runtime", "storage_opt", "use_api_socket", "userns_mode", "uts", "volumes_from"),
        ],
        ["services.*.deploy"] =
        [
            .. Are(Read, "", "replicas", "labels", "resources", "placement", "update_config"),
            new("mode", Read, "replicated or global; replicated-job as a job"),
            new("restart_policy", Read, "comes before restart"),
            new("endpoint_mode", Refused, "there are no service addresses yet"),
            new("rollback_config", Refused, "a rollout that fails is paused"),
        ],
        ["services.*.deploy.resources"] = [.. Are(Read, "", "limits", "reservations")],
        ["services.*.deploy.resources.limits"] = [.. Are(Read, "", "cpus", "memory", "pids")],
        ["services.*.deploy.resources.reservations"] =
        [
            .. Are(Read, "", "cpus", "memory"),
            .. Are(Refused, "Warren has nothing like it", "devices", "generic_resources"),
        ],
        ["services.*.deploy.placement"] = [.. Are(Read, "", "constraints", "preferences", "max_replicas_per_node")],
        ["services.*.deploy.update_config"] =
        [
            .. Are(Read, "", "parallelism", "delay", "monitor", "order"),
            new("failure_action", Read, "pause or continue; rollback is refused"),
            new("max_failure_ratio", Refused, "the first failure counts"),
        ],
        ["services.*.deploy.restart_policy"] = [.. Are(Read, "", "condition", "delay", "max_attempts", "window")],
        ["services.*.healthcheck"] =
        [
            new("test", Read, "sets both probes: it is restarted when it fails, and gets no traffic while it does"),
            .. Are(Read, "", "interval", "timeout", "retries", "start_period", "disable"),
            new("start_interval", Noted, "checks run once a second within start_period"),
        ],
        ["services.*.depends_on.*"] =
        [
            new("condition", Read, "service_started, service_healthy (all tasks ready), service_completed_successfully (that service becomes a job)"),
            new("required", Read, "false: one that is left out is not waited for"),
            new("restart", Noted, "a service is not restarted for another"),
        ],
        ["services.*.ports[]"] =
        [
            .. Are(Read, "", "target", "published", "host_ip", "protocol"),
            new("mode", Noted, OnePort),
            .. Are(Noted, "a name for people", "name", "app_protocol"),
        ],
        ["services.*.volumes[]"] =
        [
            new("type", Read, "volume, bind or tmpfs"),
            .. Are(Read, "", "source", "target", "read_only", "bind", "volume", "tmpfs"),
            new("consistency", Noted, "there is one"),
        ],
        ["services.*.volumes[].bind"] =
        [
            new("propagation", Read, ""),
            new("create_host_path", Noted, "the path must be there on each node"),
            .. Are(Refused, "Warren has nothing like it", "selinux", "recursive"),
        ],
        ["services.*.volumes[].volume"] = [new("subpath", Read, ""), new("nocopy", Noted, "nothing is copied into a volume"), new("labels", Refused, "write them at the volume")],
        ["services.*.volumes[].tmpfs"] = [.. Are(Read, "", "size", "mode")],
        ["services.*.secrets[]"] = [.. Are(Read, "", "source", "target", "uid", "gid", "mode")],
        ["services.*.configs[]"] = [.. Are(Read, "", "source", "target", "uid", "gid", "mode")],
        ["services.*.logging"] = [.. Are(Read, "", "driver", "options")],
        ["services.*.ulimits.*"] = [.. Are(Read, "", "soft", "hard")],
        ["volumes.*"] =
        [
            new("driver", Read, "local or nfs"),
            new("driver_opts", Read, "those of Warren's drivers"),
            .. Are(Read, "", "labels", "name"),
            new("external", Read, "it is used as it is"),
        ],
        ["secrets.*"] =
        [
            .. Are(Read, "", "file", "environment", "name", "labels"),
            new("external", Read, "it is used as it is"),
            .. Are(Refused, "Warren has nothing like it", "driver", "driver_opts", "template_driver"),
        ],
        ["configs.*"] =
        [
            .. Are(Read, "", "file", "environment", "content", "name", "labels"),
            new("external", Read, "it is used as it is"),
            new("template_driver", Refused, "its fields are Go's; write them as Warren's and make the config by warren config create --template"),
        ],
    };

    /// <summary>The support matrix, as docs/compose.md has it.</summary>
    public static string Matrix()
    {
        var text = new StringBuilder();
        foreach (var (section, keys) in Sections)
        {
            text.Append("\n### `").Append(section).Append("`\n\n| key | | |\n|---|---|---|\n");
            foreach (var group in keys.GroupBy(key => (key.Support, key.Remark)))
                text.Append("| ").Append(string.Join(' ', group.Select(key => $"`{key.Name}`"))).Append(" | ").Append(Word(group.Key.Support)).Append(" | ").Append(group.Key.Remark).Append(" |\n");
        }

        return text.ToString();
    }

    private static string Word(ComposeSupport support) => support switch
    {
        Read => "yes",
        Noted => "noted",
        _ => "refused",
    };

    private static IEnumerable<ComposeKey> Are(ComposeSupport support, string remark, params string[] names) => names.Select(name => new ComposeKey(name, support, remark));
}
