using Warren.Agent.Images;
using Warren.Nodes;

namespace Warren.Agent.Hosting;

/// <summary>The rules of <see cref="WorkerOptions"/>.</summary>
internal static class WorkerOptionsValidator
{
    /// <summary>All problems, one sentence each.</summary>
    public static IEnumerable<string> FindProblems(WorkerOptions options)
    {
        if (!Path.IsPathRooted(options.DataDirectory))
            yield return $"--data-dir: must be an absolute path, was '{options.DataDirectory}'";
        if (!Path.IsPathRooted(options.RunDirectory))
            yield return $"--run-dir: must be an absolute path, was '{options.RunDirectory}'";
        if (!Path.IsPathRooted(options.Containerd.SocketPath))
            yield return $"--containerd-socket: must be an absolute path, was '{options.Containerd.SocketPath}'";
        if (string.IsNullOrWhiteSpace(options.Containerd.Namespace))
            yield return "--containerd-namespace: must not be empty";
        if (options.StrayGracePeriod < TimeSpan.Zero)
            yield return $"--stray-grace: must not be negative, was {options.StrayGracePeriod}";
        if (options.FilesLimit < 1024 * 1024)
            yield return $"files limit: must be at least 1 MiB, the size of one secret, was {options.FilesLimit} bytes";
        var description = new NodeDescription { Name = options.Name, Platform = new("linux", "amd64"), Capacity = default };
        foreach (var problem in NodeDescriptionValidator.Validate(description))
            yield return $"--{problem}";
        foreach (var problem in NodeSpecValidator.Validate(new() { Labels = options.Labels }))
            yield return $"--label: {problem}";
        if (options.Reserve.CpuMillicores < 0)
            yield return $"--reserve-cpu: must not be negative, was {options.Reserve.CpuMillicores}";
        if (options.Reserve.Memory < 0)
            yield return $"--reserve-memory: must not be negative, was {options.Reserve.Memory}";
        if (options.Identity is not null && options.Managers.IsEmpty)
            yield return "--certificate: goes with --manager only; without managers there is nobody to show it to";
        if (options.Token is not null && options.Managers.IsEmpty)
            yield return "--token: goes with --manager only; name a manager to join by";
        if (options.Token is not null && options.Identity is not null)
            yield return "--token: goes without --certificate, --key and --authority: a worker has its identity by one or the other";
        if (options.JoinPort is < 1 or > 65535)
            yield return $"--join-port: must be 1 to 65535, was {options.JoinPort}";
        foreach (var problem in options.Network.Validate())
            yield return $"--{problem}";
        foreach (var problem in options.ImageCollection.FindProblems())
            yield return problem;
        foreach (var problem in ImageOptionsValidator.FindProblems(options.Images))
            yield return problem;
    }
}
