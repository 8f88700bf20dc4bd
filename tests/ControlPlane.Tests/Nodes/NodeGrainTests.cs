using Warren.Clusters;
using Warren.ControlPlane.Tests.Testing;
using Warren.Execs;
using Warren.Logs;
using Warren.Nodes;
using Warren.Questions;
using Warren.Tasks;

namespace Warren.ControlPlane.Tests.Nodes;

public sealed class NodeGrainTests : IAsyncLifetime
{
    private TestCluster _cluster = null!;

    public async Task InitializeAsync() => _cluster = await TestCluster.StartAsync(nodes: 2);

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task Register_SecondAgent_SupersedesTheFirst()
    {
        var (first, second) = (new Deaf(), new Deaf());
        var before = await Node("n9").RegisterAsync(Registration("n9"), _cluster.Client.CreateObjectReference<INodeAgent>(first));
        var after = await Node("n9").RegisterAsync(Registration("n9"), _cluster.Client.CreateObjectReference<INodeAgent>(second));
        after.Session.ShouldBe(before.Session + 1);
        (await Node("n9").HeartbeatAsync(before.Session, 0)).State.ShouldBe(SessionState.Superseded);
        (await Node("n9").ReportAsync(before.Session, new())).ShouldBe(SessionState.Superseded);
        (await Node("n9").HeartbeatAsync(after.Session, 0)).State.ShouldBe(SessionState.Open);
        (await Node("n9").HeartbeatAsync(after.Session + 1, 0)).State.ShouldBe(SessionState.RegisterFirst);
        GC.KeepAlive((first, second));
    }

    [Fact]
    public async Task Register_TryThatWasGivenUp_EndsNoSession()
    {
        var agent = new Deaf();
        var session = await Node("n9").RegisterAsync(Registration("n9") with { Attempt = new("a", 2) }, _cluster.Client.CreateObjectReference<INodeAgent>(agent));
        foreach (var late in new[] { 1, 2 })
        {
            (await Node("n9").RegisterAsync(Registration("n9") with { Attempt = new("a", late) }, _cluster.Client.CreateObjectReference<INodeAgent>(new Deaf())))
                .Session.ShouldBe(session.Session);
            (await Node("n9").HeartbeatAsync(session.Session, 0)).State.ShouldBe(SessionState.Open);
        }

        var rival = await Node("n9").RegisterAsync(Registration("n9") with { Attempt = new("b", 1) }, _cluster.Client.CreateObjectReference<INodeAgent>(new Deaf()));
        rival.Session.ShouldBe(session.Session + 1);
        (await Node("n9").HeartbeatAsync(session.Session, 0)).State.ShouldBe(SessionState.Superseded);
        GC.KeepAlive(agent);
    }

    [Fact]
    public async Task Register_NameOfAnotherNode_IsRefusedWithBoth()
    {
        var refusal = await Should.ThrowAsync<ConflictException>(() =>
            Node("n9").RegisterAsync(Registration("n1"), _cluster.Client.CreateObjectReference<INodeAgent>(new Deaf())));
        refusal.Message.ShouldContain("node n9 cannot be called n1.example: that is the name of node n1");
        (await Node("n9").GetAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task Register_WrongDescription_NamesAllProblems()
    {
        var wrong = Registration("n9") with { Description = Registration("n9").Description with { Name = "N 9", Capacity = new(-1, 0) } };
        var refusal = await Should.ThrowAsync<ValidationException>(() =>
            Node("n9").RegisterAsync(wrong, _cluster.Client.CreateObjectReference<INodeAgent>(new Deaf())));
        refusal.Problems.Select(problem => problem.Path).ShouldBe(["name", "capacity.cpuMillicores"]);
    }

    [Fact]
    public async Task Remove_WithTasks_IsRefusedAndWithForceTheyAreMadeElsewhere()
    {
        await _cluster.Service().ApplyAsync(A.Service(replicas: 2));
        await _cluster.WhenAsync(status => Running(status).Length == 2);
        var refusal = await Should.ThrowAsync<InUseException>(() => Node("n1").RemoveAsync(force: false));
        refusal.Message.ShouldContain("node n1 has tasks: web.");

        await Node("n1").RemoveAsync(force: true);

        var status = await _cluster.WhenAsync(status => Running(status).Length == 2 && Running(status).All(task => task.Node == new NodeId("n2")));
        status!.Tasks.ShouldContain(task => task.Observed.State == TaskState.Orphaned);
        (await Node("n1").GetAsync()).ShouldBeNull();
        (await Node("n1").HeartbeatAsync(1, 0)).State.ShouldBe(SessionState.Removed);
        var back = await Node("n1").RegisterAsync(Registration("n1"), _cluster.Client.CreateObjectReference<INodeAgent>(new Deaf()));
        back.Assignments.IsEverything.ShouldBeTrue();
        back.Assignments.Set.ShouldBeEmpty();
    }

    [Fact]
    public async Task Update_NothingOfTheName_IsNotFound() =>
        (await Should.ThrowAsync<NotFoundException>(() => Node("n8").UpdateAsync(NodeSpec.Default))).Message.ShouldBe("there is no node n8");

    [Fact]
    public async Task Report_CopyThatNobodyKnows_IsDropped()
    {
        var agent = new Deaf();
        var session = await Node("n9").RegisterAsync(Registration("n9"), _cluster.Client.CreateObjectReference<INodeAgent>(agent));
        var stray = TaskId.Parse("gone.1.7");
        var report = new TaskReport { Task = stray, Node = new("n9"), Sequence = 1, Observed = ScriptedAgent.Seen(TaskState.Running) };
        (await Node("n9").ReportAsync(session.Session, new() { Tasks = [report] })).ShouldBe(SessionState.Open);
        (await Node("n9").GetAssignmentsAsync(session.Session, session.Assignments.To)).Drop.ShouldBe([stray]);
        GC.KeepAlive(agent);
    }

    [Fact]
    public async Task Drain_Node_MovesItsTasksAndCordonKeepsThem()
    {
        await _cluster.Service().ApplyAsync(A.Service(replicas: 2));
        await _cluster.WhenAsync(status => Running(status).Length == 2);
        await Node("n2").UpdateAsync(new() { Availability = NodeAvailability.Cordoned });
        await Node("n2").UpdateAsync(new() { Availability = NodeAvailability.Active });
        await Node("n1").UpdateAsync(new() { Availability = NodeAvailability.Drained });
        await _cluster.WhenAsync(status => Running(status) is { Length: 2 } tasks && tasks.All(task => task.Node == new NodeId("n2")));
        await _cluster.WhenAsync(async () => (await Node("n1").GetAsync())!.Reservations.IsEmpty, () => "nothing is reserved on n1");
    }

    [Fact]
    public async Task Silence_NodeLost_TasksAreMadeElsewhereAndItsCopiesEndWhenItReturns()
    {
        await _cluster.Service().ApplyAsync(A.Service(replicas: 2));
        await _cluster.WhenAsync(status => Running(status).Length == 2);
        var lost = _cluster.Agents[0];
        _cluster.Agents.Remove(lost);
        var copies = lost.Running;
        await lost.DisposeAsync();

        await _cluster.WhenAsync(status => Running(status) is { Length: 2 } tasks && tasks.All(task => task.Node == new NodeId("n2")));
        (await Node("n1").GetAsync())!.Status.Condition.ShouldBe(NodeCondition.Lost);

        // It comes back with what it had: the copies were given up, and must not run beside their successors.
        var agent = new Deaf();
        var session = await Node("n1").RegisterAsync(Registration("n1"), _cluster.Client.CreateObjectReference<INodeAgent>(agent));
        (await Node("n1").GetAsync())!.Status.Condition.ShouldBe(NodeCondition.Ready);
        await Node("n1").ReportAsync(session.Session, new()
        {
            Tasks = [.. copies.Select(copy => new TaskReport { Task = copy, Node = new("n1"), Sequence = 1_000, Observed = ScriptedAgent.Seen(TaskState.Running) })],
        });
        var message = await Node("n1").GetAssignmentsAsync(session.Session, null);
        message.Set.Where(one => one.Desired < DesiredState.Shutdown).ShouldBeEmpty();
        (await _cluster.Service().GetAsync())!.Tasks.Where(task => copies.Contains(task.Id)).ShouldAllBe(task => task.Observed.State == TaskState.Orphaned);
        GC.KeepAlive(agent);
    }

    [Fact]
    public async Task Admit_TwoSchedulersAtOnce_NeverPromiseMoreThanThereIs()
    {
        var requests = Enumerable.Range(1, 40).Select(number => new AdmissionRequest
        {
            Reservation = new() { Task = TaskId.Parse($"web.{number}.{number}"), Resources = new(1_000, 0) },
            SpecVersion = 1,
        }).ToArray();
        foreach (var request in requests)
        {
            await _cluster.Client.GetGrain<ITaskGrain>(request.Reservation.Task.ToString()).TakeAsync(new()
            {
                Id = request.Reservation.Task,
                SpecVersion = 1,
                CreatedAt = DateTimeOffset.UnixEpoch,
                DesiredAt = DateTimeOffset.UnixEpoch,
                Observed = ScriptedAgent.Seen(TaskState.Pending),
            });
        }

        var replies = await Task.WhenAll(
            Node("n1").AdmitAsync([.. requests[..25]]), Node("n2").AdmitAsync([.. requests[15..]]),
            Node("n1").AdmitAsync([.. requests[15..]]), Node("n2").AdmitAsync([.. requests[..25]]));

        foreach (var id in new[] { "n1", "n2" }) (await Node(id).GetAsync())!.Reservations.Sum(held => held.Resources.CpuMillicores).ShouldBeLessThanOrEqualTo(16_000);
        var admitted = replies.SelectMany(reply => reply.Answers.Where(answer => answer.Result == AdmissionResult.Admitted).Select(answer => (reply.Node!.Id, answer.Task))).Distinct().ToArray();
        admitted.Select(one => one.Task).ShouldBeUnique();

        // A task that both nodes promised room is on one of them, and the other has taken its promise back too late for the next request.
        admitted.Length.ShouldBeInRange(24, 32);
    }

    private INodeGrain Node(string id) => _cluster.Client.GetGrain<INodeGrain>(id);

    private static TaskRecord[] Running(Warren.Services.ServiceStatus? status) =>
        [.. (status?.Tasks ?? []).Where(task => task is { Observed.State: TaskState.Running, Desired: DesiredState.Running })];

    private static NodeRegistration Registration(string id) => new()
    {
        Description = new() { Name = $"{id}.example", Platform = Platform.Parse("linux/amd64"), Capacity = new(16_000, 64L << 30) },
    };

    /// <summary>An agent that takes no notice.</summary>
    private sealed class Deaf : INodeAgent
    {
        public Task AssignAsync(long session, AssignmentMessage message) => Task.CompletedTask;

        public Task SendLogsAsync(string reader, LogRequest request) => Task.CompletedTask;

        public Task ExecAsync(string exec, ExecSpec spec) => Task.CompletedTask;

        public Task AnswerAsync(string asker, NodeQuestion question) => Task.CompletedTask;

        public Task RevokedAsync(RevokedManagers revoked) => Task.CompletedTask;
    }
}
