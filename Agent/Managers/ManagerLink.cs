using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Warren.Agent.Runtime;
using Warren.Agent.Tasks;
using Warren.Clusters;
using Warren.Execs;
using Warren.Logs;
using Warren.Nodes;
using Warren.Questions;

namespace Warren.Agent.Managers;

/// <summary>
/// Keeps a node's agent in touch with its managers: registers, sends heartbeats and reports, takes assignments, and begins anew after every break,
/// with whichever manager answers. While none does, everything on the node goes on.
/// </summary>
internal sealed partial class ManagerLink(
    IGrainFactory grains, ManagerLinkOptions options, TaskKeeper tasks, LinkServices services, TimeProvider time, ILogger<ManagerLink> logger) : IDisposable
{
    /// <summary>Why the tasks of a removed node end.</summary>
    public const string RemovedReason = "the node was removed from the cluster";

    private readonly SemaphoreSlim _gap = new(0, 1);
    private readonly TaskCompletionSource _registered = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Other nodes have other ids, so a thousand agents do not come at once when a manager is back.
    private readonly Random _chance = new((int)BitConverter.ToUInt32(SHA256.HashData(Encoding.UTF8.GetBytes(options.Node.Value))));
    private readonly OutageLog _outage = new(time);
    private readonly string _agent = RandomNumberGenerator.GetHexString(16, lowercase: true);
    private long _session, _attempts;

    /// <summary>Ends when the first session has begun: the managers know the node.</summary>
    public Task Registered => _registered.Task;

    private TaskKeeper Tasks => tasks;

    private LinkServices Services => services;

    private Action<RevokedManagers>? Revoked => options.Revoked;

    // Not known before the first connection, which tells the client what grains there are.
    private INodeLink Node => grains.GetGrain<INodeLink>(options.Node.Value);

    /// <summary>Until the token, or until the managers want no more of this agent.</summary>
    public async Task<LinkEnd> RunAsync(CancellationToken cancellationToken)
    {
        var pause = options.FirstPause;
        var receiver = new Receiver(this);
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                var reference = grains.CreateObjectReference<INodeAgent>(receiver);
                try
                {
                    var session = await RegisterAsync(reference);
                    pause = options.FirstPause;
                    var state = await LiveAsync(session, cancellationToken);
                    if (state == SessionState.Superseded) return LinkEnd.Superseded;
                    if (state == SessionState.Removed)
                    {
                        LogRemoved(options.Node);
                        await tasks.RemoveAllAsync(RemovedReason);
                        return LinkEnd.Removed;
                    }
                }
                finally
                {
                    grains.DeleteObjectReference<INodeAgent>(reference);
                }
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception refusal) when (refusal is ValidationException or ConflictException)
            {
                // It answers, but says nothing of the tasks.
                tasks.Reach.Lost();

                // Another node may give up the name; all else is the operator's to change.
                if (_outage.IsToBeTold(refusal.Message)) LogRefused(options.Node, refusal.Message, pause);
            }
            catch (Exception failure)
            {
                tasks.Reach.Lost();
                // Before the first connection the client does not know the grains that it is asked for.
                var cause = failure is ArgumentException && !_registered.Task.IsCompleted ? "none has answered since the start" : failure.Message;
                if (_outage.IsToBeTold(cause)) LogAway(cause, pause);
            }

            await PauseAsync(pause, cancellationToken);
            pause = pause * 2 < options.LongestPause ? pause * 2 : options.LongestPause;
        }

        return LinkEnd.Stopped;
    }

    private async Task<NodeSession> RegisterAsync(INodeAgent receiver)
    {
        var askedAt = tasks.Version;
        var registration = new NodeRegistration
        {
            Description = options.Description with { RuntimeVersion = await DescribeRuntimeAsync() },
            AppliedVersion = tasks.KnownVersion,
            Images = await tasks.Images.ListAsync(),
            InitialLabels = options.InitialLabels,
            Attempt = new(_agent, ++_attempts),
        };
        var session = await LimitAsync(Node.RegisterAsync(registration, receiver));
        if (session.Revoked is { } revoked) options.Revoked?.Invoke(revoked);
        Volatile.Write(ref _session, session.Session);
        if (!tasks.Apply(session.Assignments, isAnswer: true, askedAt)) Gap();
        // This manager may know nothing of what was told to another, or it was lost on the way.
        tasks.Reports.RepeatAll();
        _outage.End();
        LogRegistered(options.Node, session.Session);
        _registered.TrySetResult();
        return session;
    }

    /// <summary>A session, until it ends or fails.</summary>
    private async Task<SessionState> LiveAsync(NodeSession session, CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<SessionState>[] parts =
        [
            BeatAsync(session, ending.Token), ReportAsync(session.Session, ending.Token), CatchUpAsync(session.Session, ending.Token),
        ];
        try
        {
            return await await Task.WhenAny(parts);
        }
        finally
        {
            await ending.CancelAsync();
            await Task.WhenAll(parts.Select(part => part.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default)));
        }
    }

    private async Task<SessionState> BeatAsync(NodeSession session, CancellationToken cancellationToken)
    {
        while (true)
        {
            // Sooner if something waits for the managers' word: whether there are any decides what becomes of it.
            await Task.WhenAny(Task.Delay(session.HeartbeatInterval, time, cancellationToken), tasks.Reach.Asked);
            cancellationToken.ThrowIfCancellationRequested();
            tasks.Reach.TakeQuestion();
            var answer = await LimitAsync(Node.HeartbeatAsync(session.Session, tasks.KeptVersion));
            if (answer.State != SessionState.Open) return answer.State;
            if (answer.AssignmentsVersion != tasks.Version) Gap();
            options.TrustTold?.Invoke(answer.TrustVersion);
        }
    }

    private async Task<SessionState> ReportAsync(long session, CancellationToken cancellationToken)
    {
        while (true)
        {
            await tasks.Reports.WaitAsync(cancellationToken);
            var report = tasks.Reports.Take(options.Node, session, tasks.KeptVersion);
            var state = await LimitAsync(Node.ReportAsync(session, report));
            if (state != SessionState.Open) return state;
            tasks.Confirm(report);
        }
    }

    private async Task<SessionState> CatchUpAsync(long session, CancellationToken cancellationToken)
    {
        while (true)
        {
            await _gap.WaitAsync(cancellationToken);
            if (!await AskAsync(session, everything: false) && !await AskAsync(session, everything: true)) Gap();
        }
    }

    /// <summary>Asks for assignments, and takes them.</summary>
    /// <returns>False if they are to be asked for again.</returns>
    private async Task<bool> AskAsync(long session, bool everything)
    {
        var askedAt = tasks.Version;
        var message = await LimitAsync(Node.GetAssignmentsAsync(session, everything ? null : tasks.KnownVersion));
        return tasks.Apply(message, isAnswer: true, askedAt);
    }

    private async Task<string> DescribeRuntimeAsync()
    {
        try
        {
            var runtime = await tasks.Runtime.DescribeAsync(CancellationToken.None);
            return $"{runtime.Name} {runtime.Version}";
        }
        catch (ContainerRuntimeException)
        {
            // It is away; the node is there all the same, and its tasks say what is wrong.
            return "";
        }
    }

    private void Gap()
    {
        try
        {
            _gap.Release();
        }
        catch (SemaphoreFullException)
        {
            // It was said already.
        }
    }

    private async Task<T> LimitAsync<T>(Task<T> call)
    {
        var answer = await call.WaitAsync(options.CallLimit, time);
        tasks.Reach.Heard();
        return answer;
    }

    private async Task PauseAsync(TimeSpan pause, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(pause * (0.5 + _chance.NextDouble()), time, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The agent stops.
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _gap.Dispose();

    private sealed class Receiver(ManagerLink link) : INodeAgent
    {
        public Task AssignAsync(long session, AssignmentMessage message)
        {
            // A push may overtake the answer to the registration, or come from an activation that is over.
            if (session == Volatile.Read(ref link._session) && !link.Tasks.Apply(message, isAnswer: false)) link.Gap();
            return Task.CompletedTask;
        }

        public Task SendLogsAsync(string reader, LogRequest request)
        {
            link.Services.Logs.Begin(request, new Reader(link, reader));
            return Task.CompletedTask;
        }

        public Task ExecAsync(string exec, ExecSpec spec)
        {
            link.Services.Execs.Begin(spec, new Caller(link, exec));
            return Task.CompletedTask;
        }

        public Task AnswerAsync(string asker, NodeQuestion question)
        {
            var here = new Asker(link, asker);
            link.Services.Questions.Begin(question, here, here);
            return Task.CompletedTask;
        }

        public Task RevokedAsync(RevokedManagers revoked)
        {
            link.Revoked?.Invoke(revoked);
            return Task.CompletedTask;
        }
    }

    // Whoever reads is known to the node's grain alone, which is all that an agent may call.
    private sealed class Reader(ManagerLink link, string name) : ILogReader
    {
        public Task<bool> TakeAsync(LogBatch batch) => link.Node.TakeLogsAsync(name, batch);
    }

    private sealed class Asker(ManagerLink link, string name) : INodeAsker, INodeSource
    {
        public Task<NodeData> NextAsync() => link.Node.NextDataAsync(name);

        public Task<bool> TakeAsync(NodeAnswer answer) => link.Node.TakeAnswerAsync(name, answer);
    }

    private sealed class Caller(ManagerLink link, string name) : IExecCaller
    {
        public Task<ExecAnswer> TakeAsync(ExecOutput output) => link.Node.TakeExecOutputAsync(name, output);

        public Task<ExecInput> NextAsync(ExecChannel channel) => link.Node.NextExecInputAsync(name, channel);
    }
}
