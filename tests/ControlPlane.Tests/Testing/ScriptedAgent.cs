using System.Collections.Immutable;
using Warren.Clusters;
using Warren.Execs;
using Warren.Logs;
using Warren.Nodes;
using Warren.Questions;
using Warren.Tasks;

namespace Warren.ControlPlane.Tests.Testing;

/// <summary>
/// The agent of a node whose containers are what the test says: by default each task runs as soon as it is assigned, and ends when it is told to.
/// </summary>
internal sealed class ScriptedAgent : INodeAgent, IAsyncDisposable
{
    private static readonly TimeSpan s_longestBeat = TimeSpan.FromSeconds(1);

    private readonly IClusterClient _client;
    private readonly CancellationTokenSource _end = new();
    private readonly SemaphoreSlim _work = new(1);
    private readonly Lock _gate = new();
    private readonly Dictionary<TaskId, TaskAssignment> _assigned = [];
    private readonly Dictionary<TaskId, TaskObservation> _observed = [];
    private readonly Dictionary<TaskId, TaskReport> _unreported = [];
    private readonly HashSet<TaskId> _cleaned = [];
    private INodeAgent? _reference;
    private Task _loop = Task.CompletedTask;
    private bool _isRegistered;
    private TimeSpan _beat = s_longestBeat;
    private long _session, _version, _sequence;

    public ScriptedAgent(IClusterClient client, string id) => (_client, Id) = (client, new(id));

    public NodeId Id { get; }

    /// <summary>What becomes of a task that is assigned to run, after it was <see cref="TaskState.Starting"/>. Default: it runs.</summary>
    public Func<TaskId, TaskObservation> Start { get; set; } = _ => Seen(TaskState.Running);

    /// <summary>Whether each report is sent twice.</summary>
    public bool RepeatsItself { get; set; }

    /// <summary>Ends when the agent gets round to anything again; its heartbeats go on. Default: it has ended.</summary>
    public Task Busy { get; set; } = Task.CompletedTask;

    /// <summary>The session with the managers.</summary>
    public long Session => Interlocked.Read(ref _session);

    /// <summary>All that was ever assigned, with what its template held.</summary>
    public Dictionary<(string Service, long Version), TaskTemplate> Templates { get; } = [];

    /// <summary>The tasks that are there and run.</summary>
    public IReadOnlyCollection<TaskId> Running
    {
        get
        {
            lock (_gate) return [.. _observed.Where(task => task.Value.State == TaskState.Running).Select(task => task.Key)];
        }
    }

    /// <summary>The node's labels, as it was told last.</summary>
    public ImmutableSortedDictionary<string, string>? Labels { get; private set; }

    /// <summary>What it was told last of each task.</summary>
    public IReadOnlyDictionary<TaskId, TaskAssignment> Assigned
    {
        get
        {
            lock (_gate) return _assigned.ToImmutableDictionary();
        }
    }

    public static TaskObservation Seen(TaskState state, int? exitCode = null, string reason = "") =>
        new() { State = state, At = DateTimeOffset.UnixEpoch, ExitCode = exitCode, Reason = reason };

    public async Task StartAsync()
    {
        _reference = _client.CreateObjectReference<INodeAgent>(this);
        await RegisterAsync();
        _loop = LoopAsync();
    }

    /// <summary>A task comes to another state by itself.</summary>
    public void See(TaskId task, TaskObservation seen)
    {
        lock (_gate) Observe(task, seen);
        _work.Release();
    }

    /// <summary>What is sent of a task's output. Default: nothing, and the end.</summary>
    public Func<LogRequest, ILogReader, Task> Logs { get; set; } = (_, reader) => reader.TakeAsync(new() { IsEnd = true });

    public Task SendLogsAsync(string reader, LogRequest request)
    {
        _ = Logs(request, new LinkReader(_client.GetGrain<INodeLink>(Id.Value), reader));
        return Task.CompletedTask;
    }

    /// <summary>What becomes of a process that is asked for. Default: it ends at once with exit code 0.</summary>
    public Func<ExecSpec, IExecCaller, Task> Exec { get; set; } = (_, caller) => caller.TakeAsync(new() { Kind = ExecOutputKind.Exited });

    public Task ExecAsync(string exec, ExecSpec spec)
    {
        _ = Exec(spec, new LinkCaller(_client.GetGrain<INodeLink>(Id.Value), exec));
        return Task.CompletedTask;
    }

    /// <summary>How a question is answered. Default: not at all, and the end.</summary>
    public Func<NodeQuestion, INodeAsker, Task> Answers { get; set; } = (_, asker) => asker.TakeAsync(new() { IsEnd = true });

    public Task AnswerAsync(string asker, NodeQuestion question)
    {
        _ = Answers(question, new LinkAsker(_client.GetGrain<INodeLink>(Id.Value), asker));
        return Task.CompletedTask;
    }

    public Task RevokedAsync(RevokedManagers revoked) => Task.CompletedTask;

    public Task AssignAsync(long session, AssignmentMessage message)
    {
        lock (_gate)
        {
            if (!Busy.IsCompleted || session != _session || (!message.IsEverything && message.From > _version)) return Task.CompletedTask;
            Apply(message);
        }

        _work.Release();
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _loop;
        _end.Dispose();
        _work.Dispose();
    }

    private INodeLink Grain => _client.GetGrain<INodeLink>(Id.Value);

    private async Task RegisterAsync()
    {
        _isRegistered = false;
        var session = await Grain.RegisterAsync(
            new()
            {
                Description = new() { Name = $"{Id}.example", Platform = Platform.Parse("linux/amd64"), Capacity = new(16_000, 64L << 30) },
                AppliedVersion = _version == 0 ? null : _version,
            },
            _reference!);
        _beat = session.HeartbeatInterval < s_longestBeat ? session.HeartbeatInterval : s_longestBeat;
        lock (_gate)
        {
            _session = session.Session;
            Apply(session.Assignments);
        }

        _isRegistered = true;
    }

    private void Apply(AssignmentMessage message)
    {
        Labels = message.NodeLabels;
        foreach (var template in message.Templates) Templates[(template.Service.Value, template.Version)] = template;
        if (message.IsEverything)
        {
            foreach (var gone in _assigned.Keys.Except(message.Set.Select(one => one.Task)).ToArray()) Forget(gone);
        }

        foreach (var gone in message.Drop) Forget(gone);
        foreach (var one in message.Set) Follow(one);
        _version = Math.Max(_version, message.To);
    }

    private void Forget(TaskId task)
    {
        _assigned.Remove(task);
        _observed.Remove(task);
        _unreported.Remove(task);
    }

    private void Follow(TaskAssignment assignment)
    {
        var task = assignment.Task;
        _assigned[task] = assignment;
        var state = _observed.GetValueOrDefault(task)?.State;
        if (assignment.Desired == DesiredState.Running)
        {
            if (state is null) Observe(task, Start(task));
        }
        else if (assignment.Desired >= DesiredState.Shutdown && state is null or < TaskState.Complete)
        {
            Observe(task, Seen(TaskState.Shutdown));
        }

        if (assignment.Desired == DesiredState.Removed) _cleaned.Add(task);
    }

    private void Observe(TaskId task, TaskObservation seen)
    {
        if (!_assigned.ContainsKey(task) || _observed.GetValueOrDefault(task)?.State.IsFinal == true) return;
        _observed[task] = seen;
        _unreported[task] = new() { Task = task, Node = Id, Sequence = ++_sequence, Observed = seen };
    }

    private async Task LoopAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            try
            {
                await _work.WaitAsync(_beat, _end.Token);

                // A registration whose answer was lost may have ended the session before it.
                if (!_isRegistered) await RegisterAsync();
                var isBusy = !Busy.IsCompleted;
                if (!isBusy) await ReportAsync();
                var answer = await Grain.HeartbeatAsync(_session, isBusy ? 0 : _version);
                if (answer.State == SessionState.RegisterFirst) await RegisterAsync();
                else if (answer.AssignmentsVersion > _version && !isBusy) await CatchUpAsync();
            }
            catch (OperationCanceledException) when (_end.IsCancellationRequested)
            {
                // The test ends.
            }
            catch (Exception) when (!_end.IsCancellationRequested)
            {
                // A manager is away: the agent goes on with the next one, and repeats what it has no answer to.
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
            }
            catch (Exception)
            {
                // The cluster is gone before its agent.
            }
        }
    }

    private async Task CatchUpAsync()
    {
        var message = await Grain.GetAssignmentsAsync(_session, _version);
        lock (_gate) Apply(message);
        _work.Release();
    }

    private async Task ReportAsync()
    {
        NodeReport report;
        lock (_gate)
        {
            if (_unreported.Count + _cleaned.Count == 0) return;
            report = new() { Tasks = [.. _unreported.Values], Cleaned = [.. _cleaned], AppliedVersion = _version };
        }

        var state = await Grain.ReportAsync(_session, report);
        if (RepeatsItself) state = await Grain.ReportAsync(_session, report);
        if (state != SessionState.Open)
        {
            await RegisterAsync();
            return;
        }

        lock (_gate)
        {
            foreach (var sent in report.Tasks)
            {
                if (_unreported.GetValueOrDefault(sent.Task)?.Sequence == sent.Sequence) _unreported.Remove(sent.Task);
            }

            _cleaned.ExceptWith(report.Cleaned);
        }
    }

    private sealed class LinkReader(INodeLink link, string name) : ILogReader
    {
        public Task<bool> TakeAsync(LogBatch batch) => link.TakeLogsAsync(name, batch);
    }

    private sealed class LinkAsker(INodeLink link, string name) : INodeAsker, INodeSource
    {
        public Task<NodeData> NextAsync() => link.NextDataAsync(name);

        public Task<bool> TakeAsync(NodeAnswer answer) => link.TakeAnswerAsync(name, answer);
    }

    private sealed class LinkCaller(INodeLink link, string name) : IExecCaller
    {
        public Task<ExecAnswer> TakeAsync(ExecOutput output) => link.TakeExecOutputAsync(name, output);

        public Task<ExecInput> NextAsync(ExecChannel channel) => link.NextExecInputAsync(name, channel);
    }
}
