using Google.Protobuf.WellKnownTypes;
using Warren.Cli.Tests.Testing;
using Warren.V1;

namespace Warren.Cli.Tests;

/// <summary>API tokens and the audit log.</summary>
public sealed class AccessCommandTests : IAsyncLifetime
{
    private ScriptedManager _manager = null!;

    public async System.Threading.Tasks.Task InitializeAsync()
    {
        _manager = await ScriptedManager.StartAsync();
        _manager.ApiTokens.Add(new() { Id = "k3m9x2pq", Name = "ci", Role = ApiRole.Operator, State = ApiTokenState.Usable, CreatedAt = ScriptedManager.Ago(300), ExpiresAt = ScriptedManager.Ago(-86_100) });
        _manager.ApiTokens.Add(new() { Id = "bbbbbbbb", Name = "a-program-with-a-name-that-is-much-longer-than-it-has-to-be", Role = ApiRole.Viewer, State = ApiTokenState.Revoked, CreatedAt = ScriptedManager.Ago(90_000) });
        _manager.Audit.Add(new()
        {
            Cursor = 1,
            At = ScriptedManager.Ago(60),
            Who = "token ci (k3m9x2pq)",
            From = "10.0.0.7",
            Manager = "m1",
            Operation = "ServiceApi/Scale",
            Target = "service web",
            Detail = "replicas=5",
            Outcome = "OK",
        });
        _manager.Audit.Add(new()
        {
            Cursor = 2,
            At = ScriptedManager.Ago(30),
            Who = "token eve (bbbbbbbb)",
            From = "10.0.0.9",
            Operation = "ServiceApi/Delete",
            Target = "service web",
            Outcome = "PERMISSION_DENIED",
            Message = "it needs operator",
        });
        _manager.Audit.Add(new() { Cursor = 3, At = ScriptedManager.Ago(10), Who = "root", From = "socket", Operation = "ClusterApi/CreateJoinToken" });
    }

    public async System.Threading.Tasks.Task DisposeAsync() => await _manager.DisposeAsync();

    [Theory]
    [InlineData("api-token-list", "api-token", "list")]
    [InlineData("api-token-create", "api-token", "create", "ci", "--role", "operator")]
    [InlineData("api-token-revoke", "api-token", "revoke", "k3m9x2pq", "cccccccc")]
    [InlineData("api-token-wrong", "api-token", "create", "ci", "--role", "oprator")]
    [InlineData("audit", "audit")]
    public async System.Threading.Tasks.Task Access_Verb_ShowsTheGoldenOutput(string golden, params string[] words) =>
        (await _manager.RunAsync(["cluster", .. words])).ShouldBeGolden(golden);

    [Fact]
    public async System.Threading.Tasks.Task Access_Asked_IsForWhatWasTyped()
    {
        (await _manager.RunAsync("-q", "cluster", "api-token", "create", "ci", "--expires", "never")).Out.ShouldBe("warrenapi1.secret\n");
        await _manager.RunAsync("cluster", "api-token", "create", "ci", "--role", "admin", "--expires", "90m");
        await _manager.RunAsync("cluster", "audit", "--tail", "5", "--since", "2h", "--who", "root", "--target", "service web");
        await _manager.RunAsync("cluster", "audit", "--follow");
        _manager.Asked.OfType<CreateApiTokenRequest>().ShouldBe(
        [
            new() { Name = "ci", Role = ApiRole.Viewer, NeverExpires = true },
            new() { Name = "ci", Role = ApiRole.Admin, Lifetime = Duration.FromTimeSpan(TimeSpan.FromMinutes(90)) },
        ]);
        _manager.Asked.OfType<ReadAuditRequest>().ShouldBe(
        [
            new() { Tail = 5, Since = ScriptedManager.Ago(7_200), Who = "root", Target = "service web" },
            new() { Tail = 0, Follow = true },
        ]);
    }
}
