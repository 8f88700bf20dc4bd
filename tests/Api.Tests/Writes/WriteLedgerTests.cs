using Warren.Silo.Api.Writes;
using Proto = Warren.V1;

namespace Warren.Api.Tests.Writes;

public sealed class WriteLedgerTests
{
    private readonly WriteLedger _ledger = new(TimeProvider.System);
    private int _writes;

    [Fact]
    public async Task Run_SameKeyAndRequest_WritesOnce()
    {
        var answers = await Task.WhenAll(RunAsync("k", "web"), RunAsync("k", "web"));
        (await RunAsync("k", "web")).ShouldBeSameAs(answers[0]);
        answers[1].ShouldBeSameAs(answers[0]);
        _writes.ShouldBe(1);
    }

    [Fact]
    public async Task Run_WithoutKey_WritesEachTime()
    {
        await RunAsync("", "web");
        await RunAsync("", "web");
        _writes.ShouldBe(2);
    }

    [Fact]
    public async Task Run_SameKeyForAnotherRequest_IsRefused()
    {
        await RunAsync("k", "web");
        (await Should.ThrowAsync<ValidationException>(() => RunAsync("k", "other"))).Problems.ShouldHaveSingleItem().Path.ShouldBe("options.idempotencyKey");
        await Should.ThrowAsync<ValidationException>(() => RunAsync("k", "web", "/Other"));
        await Should.ThrowAsync<ValidationException>(() => RunAsync(new string('x', 129), "web"));
        _writes.ShouldBe(1);
    }

    [Fact]
    public async Task Run_AfterAFailure_WritesAnew()
    {
        var gate = new TaskCompletionSource();
        var first = _ledger.RunAsync(Options("k"), "/Write", Request("web"), async () =>
        {
            await gate.Task;
            return await Task.FromException<Proto.Secret>(new ConflictException("no"));
        });
        var waiting = RunAsync("k", "web");
        gate.SetResult();
        await Should.ThrowAsync<ConflictException>(() => first);
        await Should.ThrowAsync<ConflictException>(() => waiting);
        await RunAsync("k", "web");
        _writes.ShouldBe(1);
    }

    [Fact]
    public async Task Run_MoreKeysThanAreKept_ForgetsTheOldest()
    {
        for (var i = 0; i <= WriteLedger.MaxCount; i++) await RunAsync($"k{i}", "web");
        _writes.ShouldBe(WriteLedger.MaxCount + 1);
        await RunAsync($"k{WriteLedger.MaxCount}", "web");
        _writes.ShouldBe(WriteLedger.MaxCount + 1);
        await RunAsync("k0", "web");
        _writes.ShouldBe(WriteLedger.MaxCount + 2);
    }

    [Fact]
    public void Fingerprint_MapsInAnotherOrder_IsTheSame()
    {
        var one = new Proto.SecretSpec { Name = "a", Labels = { ["x"] = "1", ["y"] = "2" } };
        var other = new Proto.SecretSpec { Name = "a", Labels = { ["y"] = "2", ["x"] = "1" } };
        RequestFingerprint.Of("/M", one).ShouldBe(RequestFingerprint.Of("/M", other));
        other.Value = Google.Protobuf.ByteString.CopyFromUtf8("v");
        RequestFingerprint.Of("/M", one).ShouldNotBe(RequestFingerprint.Of("/M", other));
    }

    private static Proto.WriteOptions Options(string key) => new() { IdempotencyKey = key };

    private static Proto.CreateSecretRequest Request(string name) => new() { Spec = new() { Name = name } };

    private Task<Proto.Secret> RunAsync(string key, string name, string method = "/Write") =>
        _ledger.RunAsync(Options(key), method, Request(name), async () =>
        {
            await Task.Yield();
            Interlocked.Increment(ref _writes);
            return new Proto.Secret { Name = name };
        });
}
