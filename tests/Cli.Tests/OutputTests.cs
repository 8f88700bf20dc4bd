using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Warren.Cli.Tests.Testing;
using Warren.V1;
using Warren.V1.Rpc;

namespace Warren.Cli.Tests;

/// <summary>What commands show, against golden files.</summary>
public sealed class OutputTests : IAsyncLifetime
{
    private ScriptedManager _manager = null!;

    public async System.Threading.Tasks.Task InitializeAsync()
    {
        _manager = await ScriptedManager.StartAsync();
        _manager.Services.Add(Service("web", ProgressState.Converged, "", "docker.io/library/nginx:1.27"));
        _manager.Services.Add(Service(
            "a-service-with-a-rather-long-name-indeed", ProgressState.Stuck, "the rollout is paused at 1 of 3: web.1.2 failed", "registry.example:5000/team/application@sha256:0123"));
        _manager.Tasks.Add(Task("web.1.1", TaskState.Running, "", 400));
        _manager.Tasks.Add(Task("web.2.2", TaskState.Pending, "no suitable node for web.2: 2 drained, 1 needs 512 MiB more memory", 30));
        _manager.Nodes.Add(new()
        {
            Id = "n1",
            Spec = new() { Availability = NodeAvailability.Drained, Labels = { ["zone"] = "eu" } },
            Description = new() { Name = "node1.example", Capacity = new() { CpuMillicores = 4_000, Memory = 8L << 30 } },
            Status = new() { Condition = NodeCondition.Ready },
            Reservations = { new NodeReservation { Task = "web.1.1", Resources = new() { CpuMillicores = 250, Memory = 512 << 20 } } },
        });
    }

    public async System.Threading.Tasks.Task DisposeAsync() => await _manager.DisposeAsync();

    [Theory]
    [InlineData("service-list", "service", "list")]
    [InlineData("service-list-name", "service", "ls", "-o", "name")]
    [InlineData("service-list-yaml", "service", "list", "--output", "yaml")]
    [InlineData("service-inspect-json", "service", "inspect", "web", "--output", "json")]
    [InlineData("service-tasks", "service", "tasks", "web")]
    [InlineData("node-list", "node", "list")]
    [InlineData("unknown-service", "service", "inspect", "wb")]
    [InlineData("unknown-flag", "service", "list", "--outptu", "json")]
    [InlineData("unknown-create-flag", "service", "create", "--replcas", "3", "nginx")]
    [InlineData("unknown-command", "service", "lst")]
    [InlineData("no-command", "service")]
    [InlineData("wrong-output", "service", "list", "--output", "xml")]
    [InlineData("several-wrong-values", "service", "create", "--replicas", "x", "--limit-cpu", "y", "--mode", "globl", "--mount", "target=/x,sorce=y", "nginx")]
    [InlineData("host-without-certificate", "--host", "10.0.0.1", "service", "list")]
    public async System.Threading.Tasks.Task Command_Typed_ShowsTheGoldenOutput(string golden, params string[] words) =>
        // The last --host counts, so that the one of a test goes before that of the manager.
        (words[0] == "--host" ? await Outcome.OfAsync(words) : await _manager.RunAsync(words)).ShouldBeGolden(golden);

    [Fact]
    public async System.Threading.Tasks.Task Create_RefusedFields_AreAllShown()
    {
        var status = new V1.Rpc.Status { Code = 3, Message = "service web is not accepted: replicas: no; container.image: no" };
        status.Details.Add(Any.Pack(new BadRequest
        {
            FieldViolations =
            {
                new BadRequest.Types.FieldViolation { Field = "replicas", Description = "must be 0 to 100000, was -1" },
                new BadRequest.Types.FieldViolation { Field = "container.image", Description = "must be given" },
            },
        }));
        _manager.Refusal = new(new(StatusCode.InvalidArgument, status.Message), new Metadata { { "grpc-status-details-bin", status.ToByteArray() } });
        (await _manager.RunAsync("service", "create", "--replicas=-1", "web")).ShouldBeGolden("refused-fields");
    }

    [Fact]
    public async System.Threading.Tasks.Task Create_Detached_SendsWhatWasTypedUnderAKey()
    {
        var outcome = await _manager.RunAsync("-q", "service", "create", "-d", "--name", "web", "--replicas", "2", "nginx", "sh", "-c", "sleep 1");
        (outcome.Code, outcome.Out).ShouldBe((0, "web\n"));
        var request = _manager.Asked.OfType<CreateServiceRequest>().ShouldHaveSingleItem();
        (request.Spec.Replicas, request.Options.IdempotencyKey.Length).ShouldBe((2, 32));
        request.Spec.Container.Args.ShouldBe(["sh", "-c", "sleep 1"]);
    }

    [Fact]
    public async System.Threading.Tasks.Task Update_OfAService_ExpectsTheVersionThatWasRead()
    {
        (await _manager.RunAsync("service", "update", "-d", "--env-add", "A=1", "web")).Out.ShouldBe("service web is updated (version 2)\n");
        var request = _manager.Asked.OfType<UpdateServiceRequest>().ShouldHaveSingleItem();
        (request.Options.ExpectedVersion, request.Spec.Container.Env["A"], request.Spec.Container.Image).ShouldBe((3, "1", "docker.io/library/nginx:1.27"));
    }

    [Fact]
    public async System.Threading.Tasks.Task Update_ThatIsStuck_SaysWhyAndEndsWithItsCode()
    {
        var outcome = await _manager.RunAsync("service", "update", "--env-add", "A=1", "a-service-with-a-rather-long-name-indeed");
        outcome.ShouldBeGolden("update-stuck");
    }

    [Fact]
    public async System.Threading.Tasks.Task Update_ThatConverges_EndsWith0() =>
        (await _manager.RunAsync("service", "update", "--env-add", "A=1", "web")).ShouldBeGolden("update-converged");

    [Fact]
    public async System.Threading.Tasks.Task Manager_NotThere_IsSaidWithWhatToDo()
    {
        var outcome = await Outcome.OfAsync("--host", "/run/warren-is-not-here.sock", "service", "list");
        outcome.ShouldBeGolden("no-manager");
    }

    [Fact]
    public async System.Threading.Tasks.Task Label_NamesAndRemovals_AreSent()
    {
        (await _manager.RunAsync("node", "label", "n1", "zone=us", "disk-")).Out.ShouldBe("node n1 has the labels zone=us\n");
        var request = _manager.Asked.OfType<LabelNodeRequest>().ShouldHaveSingleItem();
        (request.Set["zone"], request.Remove.Single()).ShouldBe(("us", "disk"));
    }

    private static Service Service(string name, ProgressState state, string reason, string image) => new()
    {
        Revision = new()
        {
            Version = 3,
            TaskVersion = 3,
            At = ScriptedManager.Ago(7_300),
            Spec = new() { Name = name, Mode = ServiceMode.Replicated, Replicas = 3, Container = new() { Image = image }, Update = new() { Monitor = new() } },
        },
        Progress = new() { State = state, Reason = reason, Wanted = 3, Ready = state == ProgressState.Converged ? 3 : 1 },
    };

    private static V1.Task Task(string id, TaskState state, string reason, double since) => new()
    {
        Id = id,
        Service = "web",
        Desired = DesiredState.Running,
        NodeName = state == TaskState.Running ? "node1.example" : "",
        IsReady = state == TaskState.Running,
        Observed = new()
        {
            State = state,
            Reason = reason,
            At = ScriptedManager.Ago(since),
            Ports = { state == TaskState.Running ? [new TaskPort { ContainerPort = 80, HostPort = 32_768, Protocol = PortProtocol.Tcp }] : [] },
        },
    };
}
