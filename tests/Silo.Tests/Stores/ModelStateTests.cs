using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Warren.Content;
using Warren.Nodes;
using Warren.Services;
using Warren.Silo.Stores;
using Warren.Tasks;
using Warren.Volumes;

namespace Warren.Silo.Tests.Stores;

/// <summary>The model of the control plane as it is stored.</summary>
public sealed class ModelStateTests
{
    private static readonly DateTimeOffset s_moment = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Serialize_ServiceWithEverything_ComesBackWithTheSameContent()
    {
        var revision = new ServiceRevision
        {
            Version = 3,
            TaskVersion = 2,
            At = s_moment,
            Image = new() { Reference = "registry.example/web@sha256:1", Platforms = [new("linux", "amd64"), new("linux", "arm", "v7")] },
            Spec = new()
            {
                Name = new("web"),
                Mode = ServiceMode.Cron,
                Labels = Map("team", "shop"),
                Container = new()
                {
                    Image = "web",
                    Env = Map("A", "ü"),
                    Args = ["a"],
                    Security = new() { MaskedPaths = [] },
                    Ports = [new() { ContainerPort = 80 }],
                    Liveness = new() { Http = new() { Port = 80 } },
                },
                Job = new() { Completions = 2, Deadline = TimeSpan.FromMinutes(1) },
                Cron = new() { Schedule = "@daily", Overlap = OverlapPolicy.Replace },
                Placement = new() { Constraints = ["node.id==n1"], Spread = ["node.labels.zone"], MaxPerNode = 1 },
                Restart = new() { Condition = RestartCondition.OnFailure, BackoffFactor = 1.5 },
                Secrets = [new() { Secret = new("s") }],
                Configs = [new() { Config = new("c"), Target = "/c" }],
            },
        };
        ContentComparison.Differences(revision, RoundTrip(revision)).ShouldBeEmpty();
    }

    [Fact]
    public void Serialize_TaskNodeAndVolume_ComeBackWithTheSameContent()
    {
        var node = new NodeRecord
        {
            Id = new("n1"),
            Spec = new() { Labels = Map("zone", "eu"), Availability = NodeAvailability.Cordoned },
            Description = new() { Name = "node1", Platform = new("linux", "arm64", "v8"), Capacity = new(4000, 1L << 33), Addresses = ["10.0.0.1"] },
            Status = new() { Condition = NodeCondition.Unreachable, Since = s_moment, LastHeardAt = s_moment.AddSeconds(-6) },
            Reservations = [new() { Task = TaskId.Parse("web.3.17"), Resources = new(100, 5), HostPorts = [new(80, Containers.PortProtocol.Udp, null)] }],
            JoinedAt = s_moment,
        };
        var task = new TaskRecord
        {
            Id = TaskId.Parse("backup.12-3.2"),
            SpecVersion = 4,
            CreatedAt = s_moment,
            DesiredAt = s_moment,
            Observed = new() { State = TaskState.Failed, At = s_moment, ExitCode = 3, Ports = [new(80, 32768, Containers.PortProtocol.Tcp, null)] },
            Node = new("n1"),
        };
        var volume = new VolumeRecord { Name = new("data"), Spec = new() { Name = "data" }, CreatedAt = s_moment };
        ContentComparison.Differences(node, RoundTrip(node)).ShouldBeEmpty();
        ContentComparison.Differences(task, RoundTrip(task)).ShouldBeEmpty();
        ContentComparison.Differences(volume, RoundTrip(volume)).ShouldBeEmpty();
    }

    [Fact]
    public void Serialize_StrongIds_AreTextAlsoAsKeysAndNullWhenUnset()
    {
        var state = ImmutableSortedDictionary<TaskId, NodeId?>.Empty
            .Add(TaskId.Parse("web.10.2"), new NodeId("n1")).Add(TaskId.Parse("web.9.1"), null);
        var stored = new StateSerializer([]).Serialize(state);
        stored.Payload.ShouldBe("""{"web.9.1":null,"web.10.2":"n1"}""");
        new StateSerializer([]).Deserialize<ImmutableSortedDictionary<TaskId, NodeId?>>(stored, Key)!.ShouldBe(state);
    }

    [Fact]
    public void Deserialize_OlderStateWithoutNewMembers_HasTheirDefaults()
    {
        var payload = new JsonObject { ["Name"] = "web", ["Container"] = new JsonObject { ["Image"] = "web" } }.ToJsonString();
        var spec = new StateSerializer([]).Deserialize<ServiceSpec>(new(1, payload), Key)!;
        ContentComparison.Differences(spec, new ServiceSpec { Name = new("web"), Container = new() { Image = "web" } }).ShouldBeEmpty();
    }

    private static RowKey Key => new("state", "service", "web", "spec");

    private static T RoundTrip<T>(T state) => new StateSerializer([]).Deserialize<T>(new StateSerializer([]).Serialize(state), Key)!;

    private static ImmutableSortedDictionary<string, string> Map(string key, string value) =>
        ImmutableSortedDictionary<string, string>.Empty.Add(key, value);
}
