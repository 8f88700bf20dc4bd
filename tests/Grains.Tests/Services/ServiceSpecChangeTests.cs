using Warren.Grains.Tests.Testing;
using Warren.Services;

namespace Warren.Grains.Tests.Services;

public sealed class ServiceSpecChangeTests
{
    [Fact]
    public void Between_SameContent_IsNone() => ServiceSpecChange.Between(A.Service(), A.Service()).IsNone.ShouldBeTrue();

    public static TheoryData<string, ServiceSpec, bool> Changes { get; } = new()
    {
        { "image", A.Service() with { Container = A.Service().Container with { Image = "nginx:2" } }, true },
        { "reservation", A.Service() with { Container = A.Service().Container with { Resources = A.Reserving(100) } }, true },
        { "secret", A.Service() with { Secrets = [new() { Secret = new("s") }] }, true },
        { "config", A.Service() with { Configs = [new() { Config = new("s") }] }, true },
        { "constraint", A.Service().WithConstraints("node.role==worker"), false },
        { "replicas", A.Service() with { Replicas = 7 }, false },
        { "spread", A.Service() with { Placement = new() { Spread = ["node.labels.zone"] } }, false },
        { "labels", A.Service() with { Labels = A.Map(("a", "b")) }, false },
        { "restart", A.Service() with { Restart = new() { MaxAttempts = 1 } }, false },
        { "update", A.Service() with { Update = new() { Parallelism = 4 } }, false },
        { "trafficGrace", A.Service() with { TrafficGrace = TimeSpan.FromSeconds(3) }, false },
        { "priority", A.Service() with { Priority = 4 }, false },
    };

    [Theory]
    [MemberData(nameof(Changes), DisableDiscoveryEnumeration = true)]
    public void Between_OneChange_ReplacesTasksOnlyIfItIsTheirs(string what, ServiceSpec after, bool expected)
    {
        var change = ServiceSpecChange.Between(A.Service(), after);
        change.IsNone.ShouldBeFalse(what);
        change.ReplacesTasks.ShouldBe(expected, what);
    }
}
