namespace Warren.Agent.Runtime.Containerd;

/// <summary>How Warren uses containerd. Everything has a default.</summary>
public sealed class ContainerdOptions
{
    /// <summary>The unix socket of its API. Default: <c>/run/containerd/containerd.sock</c>.</summary>
    public string SocketPath { get; set; } = "/run/containerd/containerd.sock";

    /// <summary>
    /// The namespace that holds Warren's containers and images, and nobody else's: what is found in it and not wanted is removed. Also the
    /// parent of the containers' cgroups. Default: <c>warren</c>.
    /// </summary>
    public string Namespace { get; set; } = "warren";

    /// <summary>What keeps the root file systems. Default: <c>overlayfs</c>.</summary>
    public string Snapshotter { get; set; } = "overlayfs";

    /// <summary>The shim that runs the containers; one that takes runc's options. Default: <c>io.containerd.runc.v2</c>.</summary>
    public string RuntimeName { get; set; } = "io.containerd.runc.v2";

    /// <summary>The runc program, a path or a name to look up. Default: <c>runc</c>.</summary>
    public string RuncBinary { get; set; } = "runc";

    /// <summary>
    /// The state folder of containerd's configuration, in which what a killed containerd has left is removed. Default: <c>/run/containerd</c>.
    /// </summary>
    public string StateDirectory { get; set; } = "/run/containerd";

    /// <summary>Where runc keeps its state, below which each namespace has its folder. Default: <c>/run/containerd/runc</c>.</summary>
    public string RuncRoot { get; set; } = "/run/containerd/runc";

    /// <summary>
    /// A folder of this agent alone, on a file system that a reboot clears: pipes of execs, and root file systems while they are looked
    /// at. Made when it does not exist. Default: <c>/run/warren/containerd</c>.
    /// </summary>
    public string RunDirectory { get; set; } = "/run/warren/containerd";

    /// <summary>How long a call may take that only reads or writes a record. Default: 10 s.</summary>
    public TimeSpan CallTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long a call may take that starts a process or waits for the disk: making, starting and deleting a task, preparing and removing a
    /// snapshot. Default: 2 min.
    /// </summary>
    public TimeSpan LongCallTimeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>The pause before a lost event stream is opened again; it doubles up to <see cref="MaxReconnectDelay"/>. Default: 100 ms.</summary>
    public TimeSpan ReconnectDelay { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest such pause. Default: 5 s.</summary>
    public TimeSpan MaxReconnectDelay { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How many events wait for one reader of <see cref="IContainerRuntime.WatchAsync"/>; one that falls further behind is told to list
    /// everything instead. Default: 1024.
    /// </summary>
    public int WatchCapacity { get; set; } = 1024;

    /// <summary>The program that keeps a container's output. Default: <c>warren-log</c> beside this program.</summary>
    public string LoggerPath { get; set; } = Path.Combine(AppContext.BaseDirectory, "warren-log");

    /// <summary>
    /// The init program that is mounted into containers which ask for one; must be static. Default: <c>/usr/bin/tini-static</c>, of the Debian
    /// package tini.
    /// </summary>
    public string InitPath { get; set; } = "/usr/bin/tini-static";

    /// <summary>
    /// How long a process that was sent SIGKILL through its shim may take to end before its control group is killed directly. Default: 10 s.
    /// </summary>
    public TimeSpan KillTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long a container whose name Warren does not give is left alone in the namespace, from when it is first listed. Default: not at all.
    /// </summary>
    public TimeSpan ForeignGracePeriod { get; set; }

    /// <summary>Called before (false) and after (true) each step for a container. Default: nothing is.</summary>
    internal Func<ContainerdStep, string, bool, Task>? StepReached { get; set; }
}
