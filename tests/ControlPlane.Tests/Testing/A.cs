using Warren.Containers;
using Warren.Services;

namespace Warren.ControlPlane.Tests.Testing;

/// <summary>Objects with sane defaults.</summary>
internal static class A
{
    /// <summary>A service that is restarted and updated without waits.</summary>
    public static ServiceSpec Service(string name = "web", int replicas = 1) => new()
    {
        Name = new(name),
        Container = new() { Image = "docker.io/library/nginx:1.27" },
        Replicas = replicas,
        Update = new() { Monitor = TimeSpan.Zero },
    };

    public static ServiceSpec Job(string name = "work") => new()
    {
        Name = new(name),
        Container = new() { Image = "docker.io/library/nginx:1.27" },
        Mode = ServiceMode.Job,
        Job = new() { Retries = 2 },
        Restart = new() { Backoff = TimeSpan.Zero },
    };

    /// <summary>The service with a volume of that name at /data.</summary>
    public static ServiceSpec WithVolume(this ServiceSpec spec, string volume) =>
        spec with { Container = spec.Container with { Mounts = [new() { Kind = MountKind.Volume, Source = volume, Target = "/data" }] } };

    public static ServiceSpec WithImage(this ServiceSpec spec, string tag) => spec with { Container = spec.Container with { Image = $"docker.io/library/nginx:{tag}" } };
}
