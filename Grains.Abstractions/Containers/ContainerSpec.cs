using System.Collections.Immutable;

namespace Warren.Containers;

/// <summary>
/// What one container is made of, as the user wrote it. Each member is carried out by the agent or refused by validation; none is
/// dropped on the way. Collections are never default; compare specs by content, since record equality compares collections by reference.
/// </summary>
[GenerateSerializer, Alias("warren.container-spec"), Immutable]
public sealed record ContainerSpec
{
    /// <summary>The image reference: <c>name</c>, <c>registry/name:tag</c> or <c>name@sha256:digest</c>. Must be given.</summary>
    [Id(0)]
    public required string Image { get; init; }

    /// <summary>Replaces the image's entrypoint; then the image's own arguments are not used either. Default: the image's.</summary>
    [Id(1)]
    public ImmutableArray<string> Command { get; init; } = [];

    /// <summary>Replaces the image's arguments (its <c>Cmd</c>). Default: the image's, unless <see cref="Command"/> is given.</summary>
    [Id(2)]
    public ImmutableArray<string> Args { get; init; } = [];

    /// <summary>Environment variables, added to the image's and replacing those of the same name. Default: none.</summary>
    [Id(3)]
    public ImmutableSortedDictionary<string, string> Env { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary><c>user[:group]</c>, names (looked up inside the image) or numbers. Default: the image's user, else root.</summary>
    [Id(4)]
    public string? User { get; init; }

    /// <summary>
    /// Groups of the process, names or numbers, besides those that the image's group file gives the user (none where <see cref="User"/>
    /// names a group). Default: none.
    /// </summary>
    [Id(5)]
    public ImmutableArray<string> Groups { get; init; } = [];

    /// <summary>Absolute path in the container; made when it does not exist. Default: the image's, else <c>/</c>.</summary>
    [Id(6)]
    public string? WorkingDirectory { get; init; }

    /// <summary>Default: the first 12 characters of the container's id, or the node's name with the host network.</summary>
    [Id(7)]
    public string? Hostname { get; init; }

    /// <summary>Lines for the hosts file: name to address. Default: none.</summary>
    [Id(8)]
    public ImmutableSortedDictionary<string, string> ExtraHosts { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Labels of the container, kept with it. Names that begin with <c>warren.</c> are refused. Default: none.</summary>
    [Id(9)]
    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Volumes, bind mounts and tmpfs, at distinct targets. Default: none.</summary>
    [Id(10)]
    public ImmutableArray<MountSpec> Mounts { get; init; } = [];

    /// <summary>How the container is connected. Default: a network namespace of its own on the node's bridge.</summary>
    [Id(11)]
    public NetworkSpec Network { get; init; } = NetworkSpec.Default;

    /// <summary>Ports of the container that the node publishes. Default: none.</summary>
    [Id(12)]
    public ImmutableArray<PortSpec> Ports { get; init; } = [];

    /// <summary>What the processes may do. Default: the profile that Docker applies by default.</summary>
    [Id(13)]
    public SecuritySpec Security { get; init; } = SecuritySpec.Default;

    /// <summary>What the container is promised and may use. Default: nothing promised, no limits.</summary>
    [Id(14)]
    public ResourceSpec Resources { get; init; } = ResourceSpec.Default;

    /// <summary>Whether an init process (reaps orphans, passes signals on) is the container's first. Default: false.</summary>
    [Id(15)]
    public bool Init { get; init; }

    /// <summary>Whether the container has a terminal; stdout and stderr are one stream then. Default: false.</summary>
    [Id(16)]
    public bool Tty { get; init; }

    /// <summary>Name (<c>SIGTERM</c>, <c>TERM</c>) or number of the signal that asks it to end. Default: the image's, else SIGTERM.</summary>
    [Id(17)]
    public string? StopSignal { get; init; }

    /// <summary>How long after <see cref="StopSignal"/> SIGKILL follows; zero means at once. Default: 10 s.</summary>
    [Id(18)]
    public TimeSpan StopGracePeriod { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>When it fails, the container is stopped and its restart policy decides. Default: no probe.</summary>
    [Id(19)]
    public ProbeSpec? Liveness { get; init; }

    /// <summary>While it fails, the container gets no traffic. Default: ready as soon as it runs.</summary>
    [Id(20)]
    public ProbeSpec? Readiness { get; init; }

    /// <summary>How its output is kept. Default: 10 MiB a file, 3 files.</summary>
    [Id(21)]
    public LogSpec Logs { get; init; } = LogSpec.Default;
}
