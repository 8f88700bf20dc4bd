using Warren.Containers;
using Warren.Services;

namespace Warren.Harness.Clusters;

/// <summary>Services for tests.</summary>
public static class TestSpecs
{
    /// <summary>An image that each worker has.</summary>
    public const string Image = "example.test/busybox:1";

    /// <summary>A service whose processes run until SIGTERM, which they follow at once.</summary>
    public static ServiceSpec Sleeper(string name, int replicas = 1) => new()
    {
        Name = new(name),
        Replicas = replicas,
        Container = new()
        {
            Image = Image,
            Command = ["/bin/sh", "-c", "trap 'exit 0' TERM; sleep 100000 & wait"],
            Network = new() { Mode = NetworkMode.None },
        },
        Update = UpdateSpec.Default with { Monitor = TimeSpan.FromMilliseconds(200) },
    };

    /// <summary>One of its tasks on each node, which is nowhere else to be made.</summary>
    public static ServiceSpec OnEachNode(string name) => Sleeper(name) with { Mode = ServiceMode.Global, Replicas = null };
}
