using System.Collections.Concurrent;
using System.Collections.Immutable;
using NSubstitute;
using Warren.Execs;
using Warren.Logs;
using Warren.Nodes;
using Warren.Questions;
using Warren.Tasks;

namespace Warren.Agent.Tests.Managers;

/// <summary>A node's grain as an agent sees it; what it says is set by the test.</summary>
internal sealed class ScriptedNode : INodeLink
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    private readonly Lock _gate = new();
    private readonly List<TaskReport> _reports = [];
    private readonly HashSet<TaskId> _cleaned = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _session;

    /// <summary>The whole of the assignments, which pushes change also when they are lost.</summary>
    public AssignmentMessage Assignments { get; set; } = new() { From = 0, To = 0, IsEverything = true };

    public TimeSpan HeartbeatInterval { get; set; } = TimeSpan.FromMilliseconds(50);

    public SessionState State { get; set; }

    /// <summary>So many next reports of tasks are stored, and their answers lost; those that only say that a start takes long do not count.</summary>
    public int LostAnswers { get; set; }

    /// <summary>So many next registrations fail.</summary>
    public int FailedRegistrations
    {
        get
        {
            lock (_gate) return field;
        }

        set
        {
            lock (_gate) field = value;
        }
    }

    /// <summary>No call reaches it.</summary>
    public bool IsAway { get; set; }

    /// <summary>Reports are neither stored nor answered, as of a manager whose store is slow.</summary>
    public bool IsSlow { get; set; }

    /// <summary>Answers to those who ask for assignments are made at once, and arrive when it has ended.</summary>
    public Task AnswersArrive { get; set; } = Task.CompletedTask;

    public INodeAgent? Agent { get; private set; }

    public int Heartbeats { get; private set; }

    public long Session => Volatile.Read(ref _session);

    public ConcurrentQueue<NodeRegistration> Registrations { get; } = [];

    public ConcurrentQueue<long?> Asked { get; } = [];

    public ConcurrentQueue<NodeReport> Reports { get; } = [];

    public ImmutableArray<string> Images { get; private set; } = [];

    /// <summary>The managers' side of the connection.</summary>
    public IGrainFactory ToFactory()
    {
        var factory = Substitute.For<IGrainFactory>();
        factory.GetGrain<INodeLink>(Arg.Any<string>(), Arg.Any<string?>()).Returns(this);
        factory.CreateObjectReference<INodeAgent>(Arg.Any<IGrainObserver>()).Returns(call => (INodeAgent)call.Arg<IGrainObserver>());
        return factory;
    }

    /// <summary>What was last told of a task, once it is so.</summary>
    public Task<TaskObservation> WaitAsync(TaskId task, Func<TaskObservation, bool> isSo) =>
        UntilAsync(() => _reports.LastOrDefault(report => report.Task == task && isSo(report.Observed))?.Observed, $"{task}");

    public Task<TaskObservation> WaitAsync(TaskId task, TaskState state) => WaitAsync(task, observed => observed.State == state);

    public Task WaitForCleanedAsync(TaskId task) => UntilAsync(() => _cleaned.Contains(task) ? "" : null, $"{task} cleaned");

    public Task WaitForAsync(Func<bool> isSo, string what) => UntilAsync(() => isSo() ? "" : null, what);

    /// <summary>All that was told of a task, in order.</summary>
    public ImmutableArray<TaskReport> ReportsOf(TaskId task)
    {
        lock (_gate) return [.. _reports.Where(report => report.Task == task)];
    }

    /// <summary>The same without what only says that a start takes long, which depends on the time.</summary>
    public ImmutableArray<TaskReport> OutcomesOf(TaskId task) => [.. ReportsOf(task).Where(IsOutcome)];

    /// <summary>The assignments change, and the agent hears of it.</summary>
    public Task PushAsync(AssignmentMessage message)
    {
        Change(message);
        return Agent!.AssignAsync(Session, message);
    }

    /// <summary>The assignments change, and the push is lost.</summary>
    public void Change(AssignmentMessage message)
    {
        lock (_gate)
        {
            var changed = message.Set.Select(task => task.Task).Concat(message.Drop).ToHashSet();
            Assignments = Assignments with
            {
                To = message.To,
                Set = [.. Assignments.Set.Where(task => !changed.Contains(task.Task)), .. message.Set],
                Templates = [.. Assignments.Templates, .. message.Templates],
            };
        }
    }

    public Task<NodeSession> RegisterAsync(NodeRegistration registration, INodeAgent agent)
    {
        ThrowIfAway();
        lock (_gate)
        {
            if (FailedRegistrations > 0)
            {
                FailedRegistrations--;
                throw new TimeoutException("no manager in reach");
            }

            Registrations.Enqueue(registration);
            Agent = agent;
            _session++;
            Changed();

            // Who has everything hears of no change, as from a real node.
            var isNothingNew = registration.AppliedVersion == Assignments.To;
            var message = isNothingNew ? new() { From = Assignments.To, To = Assignments.To, IsEverything = false } : Assignments;
            return Task.FromResult(new NodeSession { Session = _session, HeartbeatInterval = HeartbeatInterval, Assignments = message });
        }
    }

    public Task<Warren.Clusters.TrustRecord> ReportTrustAsync(Warren.Clusters.TrustReport report) => throw new NotSupportedException("nobody follows it here");

    public Task<HeartbeatAnswer> HeartbeatAsync(long session, long appliedVersion)
    {
        ThrowIfAway();
        lock (_gate)
        {
            Heartbeats++;
            Changed();
        }

        return Task.FromResult(new HeartbeatAnswer(State, Assignments.To));
    }

    public async Task<SessionState> ReportAsync(long session, NodeReport report)
    {
        ThrowIfAway();
        if (IsSlow && !report.Tasks.IsEmpty) await new TaskCompletionSource().Task;
        lock (_gate)
        {
            Reports.Enqueue(report);
            _reports.AddRange(report.Tasks);
            _cleaned.UnionWith(report.Cleaned);
            Images = report.Images ?? Images;
            Changed();
            if (LostAnswers == 0 || !report.Tasks.Any(IsOutcome)) return State;
            LostAnswers--;
            throw new TimeoutException("the answer is lost");
        }
    }

    public Task<bool> TakeLogsAsync(string reader, LogBatch batch) => Task.FromResult(false);

    public Task<ExecAnswer> TakeExecOutputAsync(string exec, ExecOutput output) => Task.FromResult(ExecAnswer.Gone);

    public Task<ExecInput> NextExecInputAsync(string exec, ExecChannel channel) => Task.FromResult(new ExecInput { IsGone = true });

    public Task<NodeData> NextDataAsync(string asker) => Task.FromResult(new NodeData { IsGone = true });

    public Task<bool> TakeAnswerAsync(string asker, NodeAnswer answer) => Task.FromResult(false);

    public async Task<AssignmentMessage> GetAssignmentsAsync(long session, long? sinceVersion)
    {
        ThrowIfAway();
        AssignmentMessage answer;
        lock (_gate)
        {
            answer = Assignments;
            Asked.Enqueue(sinceVersion);
            Changed();
        }

        await AnswersArrive;
        return answer;
    }

    private static bool IsOutcome(TaskReport report) => report.Observed.State != TaskState.Preparing;

    private void ThrowIfAway()
    {
        if (IsAway) throw new TimeoutException("no manager in reach");
    }

    private void Changed()
    {
        var changed = _changed;
        _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        changed.TrySetResult();
    }

    private async Task<T> UntilAsync<T>(Func<T?> look, string what)
        where T : class
    {
        var until = TimeProvider.System.GetUtcNow() + s_limit;
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (look() is { } found) return found;
                changed = _changed.Task;
            }

            try
            {
                await changed.WaitAsync(until - TimeProvider.System.GetUtcNow() is { Ticks: > 0 } left ? left : TimeSpan.Zero);
            }
            catch (TimeoutException)
            {
                throw new TimeoutException($"waited for {what}; told were: {string.Join("; ", _reports.Select(report => $"{report.Task} {report.Observed.State} {report.Observed.Reason}"))}");
            }
        }
    }

    public Task<string> RenewAsync(ReadOnlyMemory<byte> signingRequest) => throw new NotSupportedException("nothing renews a certificate here");
}
