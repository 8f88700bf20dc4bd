using System.Text;
using System.Threading.Channels;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Warren.Api.Tests.Testing;
using Warren.ControlPlane.Tests.Testing;
using Warren.Logs;
using Warren.Nodes;
using Warren.Services;
using Warren.Silo.Api.Endpoints;
using Warren.Silo.Api.Hosting;
using Warren.Silo.Api.Logs;
using Warren.Silo.Stores;
using Warren.Tasks;
using Proto = Warren.V1;

namespace Warren.Api.Tests.Serving;

/// <summary>Output of tasks through the unix socket of a manager, from agents that send what the test says.</summary>
public sealed class LogCallTests(ServedManager manager) : IClassFixture<ServedManager>, IDisposable
{
    private static readonly DateTimeOffset s_begin = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly CancellationTokenSource _limit = new(Limit.Long);

    public void Dispose() => _limit.Dispose();

    [Fact]
    public async Task Stream_OfAService_MergesTheLinesOfItsTasksByTime()
    {
        await RunAsync("log-merged", replicas: 2);
        foreach (var agent in manager.Agents)
        {
            agent.Logs = async (request, reader) =>
            {
                var first = request.Task.Slot.Number;
                await reader.TakeAsync(new() { Lines = [Line(first), Line(first + 2)] });
                await reader.TakeAsync(new() { Lines = [Line(first + 4) with { IsError = true, IsPartial = true }], IsEnd = true });
            };
        }

        var lines = await ReadAsync(new() { Service = "log-merged" });
        lines.Select(line => line.Text.ToStringUtf8()).ShouldBe(["line 1", "line 2", "line 3", "line 4", "line 5", "line 6"]);
        lines.Select(line => line.Task.Split('.')[1]).ShouldBe(["1", "2", "1", "2", "1", "2"]);
        (lines[4].IsError, lines[4].IsPartial, lines[0].IsError).ShouldBe((true, true, false));
        lines[0].At.ToDateTimeOffset().ShouldBe(s_begin.AddSeconds(1));
    }

    [Fact]
    public async Task Stream_WithTailAndSince_AsksTheAgentForThat()
    {
        var task = (await RunAsync("log-asked"))[0];
        var asked = new TaskCompletionSource<LogRequest>();
        foreach (var agent in manager.Agents)
        {
            agent.Logs = (request, reader) =>
            {
                asked.TrySetResult(request);
                return reader.TakeAsync(new() { IsEnd = true });
            };
        }

        (await ReadAsync(new() { Task = task, Tail = 7, Since = s_begin.ToTimestamp() })).ShouldBeEmpty();
        var request = await asked.Task;
        (request.Task.ToString(), request.Tail, request.Since, request.Follow).ShouldBe((task, 7, s_begin, false));
    }

    [Fact]
    public async Task Stream_FollowedOverAnotherTask_GoesOnWithItsLines()
    {
        await RunAsync("log-followed");
        foreach (var agent in manager.Agents) agent.Logs = async (request, reader) => await reader.TakeAsync(new() { Lines = [Line(request.Task.Generation)] });
        using var call = manager.Logs.Stream(new() { Service = "log-followed", Follow = true }, cancellationToken: _limit.Token);
        (await call.ResponseStream.MoveNext(_limit.Token)).ShouldBeTrue();
        var first = call.ResponseStream.Current;
        await manager.Services.RestartAsync(new() { Name = "log-followed" });
        (await call.ResponseStream.MoveNext(_limit.Token)).ShouldBeTrue();
        call.ResponseStream.Current.Task.ShouldNotBe(first.Task);
        call.ResponseStream.Current.Text.ToStringUtf8().ShouldBe("line 2");
    }

    [Fact]
    public async Task Stream_FollowedWhileTheStoreIsAwayForOnce_GoesOnWithTasksThatComeLater()
    {
        await RunAsync("log-looked");
        foreach (var agent in manager.Agents) agent.Logs = async (request, reader) => await reader.TakeAsync(new() { Lines = [Line(request.Task.Generation)] });
        var (grains, lines) = (FaultyGrains.Over(manager.Grains), new LineTaker());
        using var caller = CancellationTokenSource.CreateLinkedTokenSource(_limit.Token);
        var following = FollowAsync(grains.Factory, "log-looked", lines, caller.Token);
        (await lines.NextAsync(_limit.Token)).ShouldBe("line 1");
        await grains.FailAsync<IServiceGrain>(new StoreUnavailableException("the store is away")).WaitAsync(_limit.Token);
        await manager.Services.RestartAsync(new() { Name = "log-looked" });
        (await lines.NextAsync(_limit.Token)).ShouldBe("line 2");
        await caller.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => following);
    }

    [Fact]
    public async Task Stream_FollowedUntilAFault_EndsWithIt()
    {
        await RunAsync("log-fault");
        foreach (var agent in manager.Agents) agent.Logs = async (request, reader) => await reader.TakeAsync(new() { Lines = [Line(request.Task.Generation)] });
        var (grains, lines) = (FaultyGrains.Over(manager.Grains), new LineTaker());
        var following = FollowAsync(grains.Factory, "log-fault", lines, _limit.Token);
        (await lines.NextAsync(_limit.Token)).ShouldBe("line 1");
        _ = grains.FailAsync<IServiceGrain>(new InvalidOperationException("it is broken"));
        (await Should.ThrowAsync<InvalidOperationException>(() => following)).Message.ShouldBe("it is broken");
    }

    [Fact]
    public async Task Read_StoreIsAwayForTheNode_IsANotice()
    {
        var grains = FaultyGrains.Over(manager.Grains);
        _ = grains.FailAsync<INodeGrain>(new StoreUnavailableException("the store is away"));
        var (task, lines) = (TaskId.Parse("web.1.1"), new List<Proto.LogLine>());
        await foreach (var line in new TaskLog(grains.Factory, TimeProvider.System).ReadAsync(task, new("n1"), new() { Task = task }, _limit.Token)) lines.Add(line);
        lines.ShouldHaveSingleItem().Notice.ShouldBe("its node n1 cannot be asked: the store is away");
    }

    [Fact]
    public async Task Stream_AgentBreaksOff_IsToldAndGoesOnAfterTheLastLine()
    {
        var task = (await RunAsync("log-broken"))[0];
        var times = 0;
        foreach (var agent in manager.Agents)
        {
            agent.Logs = async (request, reader) =>
            {
                // Two lines of one time, of which the second comes only with the second try.
                if (Interlocked.Increment(ref times) == 1) await reader.TakeAsync(new() { Lines = [Line(1), Line(2)], IsEnd = true, Problem = "it broke" });
                else await reader.TakeAsync(new() { Lines = request.Since == Line(2).At ? [Line(2), Line(2) with { Text = "more"u8.ToArray() }, Line(3)] : [], IsEnd = true });
            };
        }

        var lines = await ReadAsync(new() { Task = task, Follow = true });
        lines.Select(line => line.Notice.Length > 0 ? line.Notice : line.Text.ToStringUtf8()).ShouldBe(["line 1", "line 2", "it broke; it goes on when it is back", "more", "line 3"]);
    }

    [Fact]
    public async Task Stream_NodeThatIsAway_IsANotice()
    {
        var task = (await RunAsync("log-away"))[0];
        foreach (var agent in manager.Agents) agent.Logs = (_, reader) => reader.TakeAsync(new() { IsEnd = true, Problem = "no room" });
        (await ReadAsync(new() { Task = task })).ShouldHaveSingleItem().Notice.ShouldBe("no room");
    }

    [Fact]
    public async Task Stream_WrongRequests_AreRefused()
    {
        (await RefusedAsync(new())).Violations.ShouldHaveSingleItem().Field.ShouldBe("task");
        (await RefusedAsync(new() { Service = "a", Task = "a.1.1", Tail = -1 })).Violations.Select(violation => violation.Field).ShouldBe(["task", "tail"]);
        (await RefusedAsync(new() { Service = "nothing" })).Code.ShouldBe(StatusCode.NotFound);
        (await RefusedAsync(new() { Task = "nothing.1.1" })).Code.ShouldBe(StatusCode.NotFound);
    }

    private static LogText Line(int number) => new() { At = s_begin.AddSeconds(number), Text = Encoding.UTF8.GetBytes($"line {number}") };

    private static async Task FollowAsync(IGrainFactory grains, string service, LineTaker lines, CancellationToken cancellation)
    {
        using var lifetime = new ApiLifetime();
        await new LogEndpoint(grains, TimeProvider.System, lifetime).Stream(new() { Service = service, Follow = true }, lines, new FakeContext(new DefaultHttpContext(), cancellation));
    }

    private Task<Refusal> RefusedAsync(Proto.StreamLogsRequest request) => Refusal.OfAsync(async () =>
    {
        using var call = manager.Logs.Stream(request, cancellationToken: _limit.Token);
        await call.ResponseStream.MoveNext(_limit.Token);
    });

    private async Task<List<Proto.LogLine>> ReadAsync(Proto.StreamLogsRequest request)
    {
        var lines = new List<Proto.LogLine>();
        using var call = manager.Logs.Stream(request, cancellationToken: _limit.Token);
        while (await call.ResponseStream.MoveNext(_limit.Token)) lines.Add(call.ResponseStream.Current);
        return lines;
    }

    private async Task<string[]> RunAsync(string name, int replicas = 1)
    {
        await manager.Services.CreateAsync(new()
        {
            Spec = new() { Name = name, Replicas = replicas, Container = new() { Image = "registry.invalid/web:1" }, Update = new() { Monitor = new() } },
        });
        await manager.WhenAsync(name, service => service.Progress.State == Proto.ProgressState.Converged);
        return [.. (await manager.Tasks.ListAsync(new() { Service = name })).Tasks.Select(task => task.Id)];
    }

    private sealed class LineTaker : IServerStreamWriter<Proto.LogLine>
    {
        private readonly Channel<Proto.LogLine> _lines = Channel.CreateUnbounded<Proto.LogLine>();

        public WriteOptions? WriteOptions { get; set; }

        public Task WriteAsync(Proto.LogLine message) => WriteAsync(message, default);

        public Task WriteAsync(Proto.LogLine message, CancellationToken cancellationToken) => _lines.Writer.WriteAsync(message, cancellationToken).AsTask();

        /// <summary>The next line of a task; what is said of slow nodes is left out.</summary>
        public async Task<string> NextAsync(CancellationToken cancellation)
        {
            while (true)
            {
                var line = await _lines.Reader.ReadAsync(cancellation);
                if (line.Notice.Length == 0) return line.Text.ToStringUtf8();
            }
        }
    }
}
