using System.Net;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Warren.Access;
using Warren.Api.Tests.Testing;
using Warren.ControlPlane.Tests.Testing;
using Warren.Silo.Api.Access;
using Warren.Silo.Api.Hosting;
using Proto = Warren.V1;

namespace Warren.Api.Tests.Access;

/// <summary>The audit log of a manager while its store takes nothing, and of callers who may change nothing.</summary>
public sealed class AuditTrailTests : IAsyncLifetime
{
    private readonly ServedManager _manager = new();

    public Task InitializeAsync() => _manager.InitializeAsync();

    public Task DisposeAsync() => _manager.DisposeAsync();

    [Fact]
    public async Task Write_WhileTheStoreTakesNothing_IsAnsweredSoAndNotedWhenItDoesAgain()
    {
        await CreateAsync("before");
        await using (var holder = new SqliteConnection($"Data Source={_manager.StoreFile};Pooling=False"))
        {
            await holder.OpenAsync();
            await RunAsync(holder, "BEGIN IMMEDIATE");
            var refused = await Should.ThrowAsync<RpcException>(() => CreateAsync("while-away"));
            refused.StatusCode.ShouldBe(StatusCode.Unavailable, refused.Status.Detail);
            refused.Status.Detail.ShouldContain("store");
            await RunAsync(holder, "ROLLBACK");
        }

        var entry = await EntryAsync("config while-away");
        (entry.Who, entry.Operation, entry.Outcome).ShouldBe(("root", "ConfigApi/Create", "UNAVAILABLE"));
        await CreateAsync("after");
        (await EntryAsync("config after")).Outcome.ShouldBe("OK");
    }

    [Fact]
    public async Task Outcomes_WhileManyEntriesWaitForTheStore_AreNotedWithThem()
    {
        await CreateAsync("before");
        var settings = new ApiSettings("m1", "", new(IPAddress.Loopback, 0), new(IPAddress.Loopback, 0), Certificates: null);
        await using var trail = new AuditTrail(_manager.Grains, settings, TimeProvider.System, NullLogger<AuditTrail>.Instance);
        var operation = new Operation("ConfigApi", "Create", ApiRole.Operator) { Summary = "Makes a config" };
        await using (var holder = new SqliteConnection($"Data Source={_manager.StoreFile};Pooling=False"))
        {
            await holder.OpenAsync();
            await RunAsync(holder, "BEGIN IMMEDIATE");

            // More than are stored at once, of which those that began last end first.
            var notes = Enumerable.Range(1, 700).Select(i => trail.Begin(new("client hurried", ApiRole.Operator, "socket"), operation, $"config waiting-{i}", "")).ToList();
            var ends = Enumerable.Reverse(notes).Select(note => trail.EndAsync(note, "OK", "")).ToList();
            await RunAsync(holder, "ROLLBACK");
            await Task.WhenAll(ends);
        }

        await EntryAsync("config waiting-1");
        using var limit = new CancellationTokenSource(Limit.Long);
        using var call = _manager.Access.ReadAudit(new() { Cursor = 0, Who = "client hurried" }, cancellationToken: limit.Token);
        var outcomes = new List<string>();
        while (await call.ResponseStream.MoveNext(limit.Token)) outcomes.Add(call.ResponseStream.Current.Outcome);
        outcomes.Count.ShouldBe(700);
        outcomes.ShouldAllBe(outcome => outcome == "OK");
    }

    [Fact]
    public async Task ViewerWhoIsRefusedAgainAndAgain_PushesOutNoChange()
    {
        await CreateAsync("kept");
        await EntryAsync("config kept");
        using var viewer = _manager.Rest(await _manager.TokenAsync(Proto.ApiRole.Viewer, "eve"));
        for (var i = 0; i < 60; i++)
        {
            var statuses = await Task.WhenAll(Enumerable.Range(0, 150).Select(async _ =>
            {
                using var answer = await viewer.PostAsync(new Uri("/v1/services/web/restart", UriKind.Relative), content: null);
                return (int)answer.StatusCode;
            }));
            statuses.ShouldAllBe(status => status == 403);
        }

        (await EntryAsync("config kept")).Outcome.ShouldBe("OK");
        var refused = await EntryAsync("service web");
        (refused.Who.Split(" (")[0], refused.Outcome).ShouldBe(("token eve", "PERMISSION_DENIED"));
        refused.Message.ShouldContain("needs operator");
    }

    private static async Task RunAsync(SqliteConnection connection, string text)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = text;
        await command.ExecuteNonQueryAsync();
    }

    private Task<Proto.Config> CreateAsync(string name) =>
        _manager.Configs.CreateAsync(new() { Spec = new() { Name = name, Content = ByteString.CopyFromUtf8("x") } }, deadline: DateTime.MaxValue).ResponseAsync;

    // The first entry about a thing, once what came of it is known.
    private async Task<Proto.AuditEntry> EntryAsync(string target)
    {
        using var limit = new CancellationTokenSource(Limit.Long);
        using var call = _manager.Access.ReadAudit(new() { Cursor = 0, Follow = true, Target = target }, cancellationToken: limit.Token);
        (await call.ResponseStream.MoveNext(limit.Token)).ShouldBeTrue();
        return await _manager.WithOutcomeAsync(call.ResponseStream.Current);
    }
}
