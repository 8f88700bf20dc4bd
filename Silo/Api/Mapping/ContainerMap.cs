using System.Collections.Immutable;
using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using Warren.Containers;
using Proto = Warren.V1;

namespace Warren.Silo.Api.Mapping;

/// <summary>Containers and their parts, to the API and back. What a request leaves out has the model's default.</summary>
internal static class ContainerMap
{
    /// <summary>Reads what a request says.</summary>
    public static ContainerSpec Read(Proto.ContainerSpec from, FieldProblems problems, string path)
    {
        var standard = new ContainerSpec { Image = from.Image };
        return new()
        {
            Image = from.Image,
            Command = [.. from.Command],
            Args = [.. from.Args],
            Env = Map(from.Env),
            User = from.HasUser ? from.User : null,
            Groups = [.. from.Groups],
            WorkingDirectory = from.HasWorkingDirectory ? from.WorkingDirectory : null,
            Hostname = from.HasHostname ? from.Hostname : null,
            ExtraHosts = Map(from.ExtraHosts),
            Labels = Map(from.Labels),
            Mounts = [.. from.Mounts.Select((mount, i) => MountMap.Read(mount, problems, $"{path}.mounts[{i}]"))],
            Network = from.Network is { } network ? Network(network, problems, $"{path}.network") : standard.Network,
            Ports = [.. from.Ports.Select((port, i) => PortMap.Read(port, problems, $"{path}.ports[{i}]"))],
            Security = from.Security is { } security ? SecurityMap.Read(security, problems, $"{path}.security") : standard.Security,
            Resources = from.Resources is { } resources ? Resources(resources) : standard.Resources,
            Init = from.Init,
            Tty = from.Tty,
            StopSignal = from.HasStopSignal ? from.StopSignal : null,
            StopGracePeriod = problems.Time($"{path}.stopGracePeriod", from.StopGracePeriod) ?? standard.StopGracePeriod,
            Liveness = from.Liveness is { } liveness ? ProbeMap.Read(liveness, problems, $"{path}.liveness") : null,
            Readiness = from.Readiness is { } readiness ? ProbeMap.Read(readiness, problems, $"{path}.readiness") : null,
            Logs = from.Logs is { } logs ? Logs(logs) : standard.Logs,
        };
    }

    /// <summary>Writes all of it, defaults too.</summary>
    public static Proto.ContainerSpec Write(ContainerSpec from)
    {
        var to = new Proto.ContainerSpec
        {
            Image = from.Image,
            Command = { from.Command },
            Args = { from.Args },
            Env = { from.Env },
            Groups = { from.Groups },
            ExtraHosts = { from.ExtraHosts },
            Labels = { from.Labels },
            Mounts = { from.Mounts.Select(MountMap.Write) },
            Network = new()
            {
                Mode = EnumMap.To<NetworkMode, Proto.NetworkMode>(from.Network.Mode),
                DnsServers = { from.Network.DnsServers },
                DnsSearch = { from.Network.DnsSearch },
                DnsOptions = { from.Network.DnsOptions },
            },
            Ports = { from.Ports.Select(PortMap.Write) },
            Security = SecurityMap.Write(from.Security),
            Resources = Resources(from.Resources),
            Init = from.Init,
            Tty = from.Tty,
            StopGracePeriod = from.StopGracePeriod.ToDuration(),
            Liveness = from.Liveness is { } liveness ? ProbeMap.Write(liveness) : null,
            Readiness = from.Readiness is { } readiness ? ProbeMap.Write(readiness) : null,
            Logs = new() { MaxFileSize = from.Logs.MaxFileSize, MaxFiles = from.Logs.MaxFiles },
        };
        if (from.User is { } user) to.User = user;
        if (from.WorkingDirectory is { } folder) to.WorkingDirectory = folder;
        if (from.Hostname is { } name) to.Hostname = name;
        if (from.StopSignal is { } signal) to.StopSignal = signal;
        return to;
    }

    /// <summary>A map of the API as the model has it.</summary>
    public static ImmutableSortedDictionary<string, string> Map(MapField<string, string> from) =>
        from.Count == 0 ? ImmutableSortedDictionary<string, string>.Empty : from.ToImmutableSortedDictionary();

    private static NetworkSpec Network(Proto.NetworkSpec from, FieldProblems problems, string path) => new()
    {
        Mode = problems.Enum($"{path}.mode", from.Mode, NetworkSpec.Default.Mode),
        DnsServers = [.. from.DnsServers],
        DnsSearch = [.. from.DnsSearch],
        DnsOptions = [.. from.DnsOptions],
    };

    private static LogSpec Logs(Proto.LogSpec from) => new()
    {
        MaxFileSize = from.HasMaxFileSize ? from.MaxFileSize : LogSpec.Default.MaxFileSize,
        MaxFiles = from.HasMaxFiles ? from.MaxFiles : LogSpec.Default.MaxFiles,
    };

    private static ResourceSpec Resources(Proto.ResourceSpec from) => new()
    {
        CpuLimitMillicores = from.HasCpuLimitMillicores ? from.CpuLimitMillicores : null,
        CpuReservationMillicores = from.HasCpuReservationMillicores ? from.CpuReservationMillicores : null,
        CpuShares = from.HasCpuShares ? from.CpuShares : null,
        MemoryLimit = from.HasMemoryLimit ? from.MemoryLimit : null,
        MemoryReservation = from.HasMemoryReservation ? from.MemoryReservation : null,
        PidsLimit = from.HasPidsLimit ? from.PidsLimit : null,
        SharedMemorySize = from.HasSharedMemorySize ? from.SharedMemorySize : null,
        OomScoreAdjustment = from.HasOomScoreAdjustment ? from.OomScoreAdjustment : null,
    };

    private static Proto.ResourceSpec Resources(ResourceSpec from)
    {
        var to = new Proto.ResourceSpec();
        if (from.CpuLimitMillicores is { } cpuLimit) to.CpuLimitMillicores = cpuLimit;
        if (from.CpuReservationMillicores is { } cpuReservation) to.CpuReservationMillicores = cpuReservation;
        if (from.CpuShares is { } shares) to.CpuShares = shares;
        if (from.MemoryLimit is { } memoryLimit) to.MemoryLimit = memoryLimit;
        if (from.MemoryReservation is { } memoryReservation) to.MemoryReservation = memoryReservation;
        if (from.PidsLimit is { } pids) to.PidsLimit = pids;
        if (from.SharedMemorySize is { } sharedMemory) to.SharedMemorySize = sharedMemory;
        if (from.OomScoreAdjustment is { } score) to.OomScoreAdjustment = score;
        return to;
    }
}
