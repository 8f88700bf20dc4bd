using Microsoft.AspNetCore.Http;

namespace Warren.Images.Tests.Registry;

/// <summary>Transfers of blobs from registries that behave badly.</summary>
public sealed class BlobTransferTests : IAsyncLifetime
{
    private readonly RegistryFixture _fixture = new();
    private readonly byte[] _blob = new byte[700_000];
    private ScriptedRegistry _registry = null!;

    private string Image => $"{_registry.Host}/team/web:1";

    public async Task InitializeAsync()
    {
        new Random(1).NextBytes(_blob);
        _registry = await ScriptedRegistry.StartAsync();
        _fixture.Registry(_registry.Host, insecure: "plain-http");
    }

    [Fact]
    public async Task Download_Whole_IsKept()
    {
        _registry.Answer = context => ScriptedRegistry.SendAsync(context, _blob);
        (await DownloadAsync()).Kept.ShouldBe(_blob);
        var request = _registry.Requests.ShouldHaveSingleItem();
        request.Path.ShouldBe($"/v2/team/web/blobs/{RegistryFixture.Descriptor(_blob).Digest}");
        request.Range.ShouldBeNull();
    }

    [Fact]
    public async Task Download_BrokenOff_GoesOnWhereItStopped()
    {
        _registry.Answer = context => _registry.Requests.Count == 1
            ? ScriptedRegistry.BreakAfterAsync(context, _blob, 600_000)
            : ScriptedRegistry.SendRangeAsync(context, _blob);
        var sink = await DownloadAsync();
        sink.Kept.ShouldBe(_blob);
        sink.Resets.ShouldBe(0);
        _registry.Requests.Count.ShouldBe(2);
        var from = int.Parse(_registry.Requests.Last().Range!["bytes=".Length..].TrimEnd('-'), System.Globalization.CultureInfo.InvariantCulture);
        from.ShouldBeInRange(1, 600_000);
        _fixture.Notes.First().ShouldContain("trying again");
        _fixture.Notes.Last().ShouldBe("");
    }

    [Fact]
    public async Task Download_ManyBreaksWithProgress_AreNotCountedTogether()
    {
        // Seven breaks, and only three tries are allowed in a row.
        _registry.Answer = async context =>
        {
            var from = (int)(context.Request.GetTypedHeaders().Range?.Ranges.Single().From ?? 0);
            if (from + 100_000 >= _blob.Length)
            {
                await ScriptedRegistry.SendRangeAsync(context, _blob);
            }
            else
            {
                if (from > 0)
                {
                    context.Response.StatusCode = 206;
                    context.Response.Headers.ContentRange = $"bytes {from}-{_blob.Length - 1}/{_blob.Length}";
                }
                await ScriptedRegistry.BreakAfterAsync(context, _blob[from..], 100_000);
            }
        };
        (await DownloadAsync()).Kept.ShouldBe(_blob);
    }

    [Fact]
    public async Task Download_BrokenOffWithoutRanges_SkipsWhatIsThere()
    {
        _registry.Answer = context => _registry.Requests.Count == 1
            ? ScriptedRegistry.BreakAfterAsync(context, _blob, 600_000)
            : ScriptedRegistry.SendAsync(context, _blob);
        var sink = await DownloadAsync();
        sink.Kept.ShouldBe(_blob);
        sink.Resets.ShouldBe(0);
    }

    [Fact]
    public async Task Download_BegunByAnEarlierLife_GoesOn()
    {
        _registry.Answer = context => ScriptedRegistry.SendRangeAsync(context, _blob);
        var sink = await DownloadAsync(_blob[..1000]);
        sink.Kept.ShouldBe(_blob);
        _registry.Requests.ShouldHaveSingleItem().Range.ShouldBe("bytes=1000-");
    }

    [Fact]
    public async Task Download_BegunByOtherBytes_IsGotWholeAnew()
    {
        _registry.Answer = context => ScriptedRegistry.SendRangeAsync(context, _blob);
        var sink = await DownloadAsync(new byte[1000]);
        sink.Kept.ShouldBe(_blob);
        sink.Resets.ShouldBe(1);
        _registry.Requests.Last().Range.ShouldBeNull();
    }

    [Fact]
    public async Task Download_WholeInTheSinkAlready_AsksNothing()
    {
        (await DownloadAsync(_blob)).Kept.ShouldBe(_blob);
        _registry.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Download_OtherBytes_IsADigestMismatchAndForgotten()
    {
        var other = (byte[])_blob.Clone();
        other[^1] ^= 1;
        _registry.Answer = context => ScriptedRegistry.SendAsync(context, other);
        var sink = new MemorySink(RegistryFixture.Descriptor(_blob).Digest);
        var failure = await FailAsync(sink);
        failure.Fault.ShouldBe(ImageFault.DigestMismatch);
        failure.Message.ShouldContain(Image);
        failure.Message.ShouldContain(_registry.Host);
        sink.Offset.ShouldBe(0);
        sink.Kept.ShouldBeNull();
        _registry.Requests.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public async Task Download_OtherLength_IsADigestMismatch(int difference)
    {
        _registry.Answer = context => ScriptedRegistry.SendAsync(context, new byte[_blob.Length + difference]);
        (await FailAsync(Sink())).Fault.ShouldBe(ImageFault.DigestMismatch);
    }

    [Fact]
    public async Task Download_EndlessWithoutLength_EndsWhenTooLong()
    {
        _registry.Answer = async context =>
        {
            while (!context.RequestAborted.IsCancellationRequested) await context.Response.Body.WriteAsync(_blob);
        };
        (await FailAsync(Sink())).Fault.ShouldBe(ImageFault.DigestMismatch);
    }

    [Fact]
    public async Task Download_AlwaysBrokenOff_EndsAfterItsTries()
    {
        _registry.Answer = context => ScriptedRegistry.BreakAfterAsync(context, _blob, 0);
        (await FailAsync(Sink())).Fault.ShouldBe(ImageFault.RegistryUnavailable);
        _registry.Requests.Count.ShouldBe(3);
    }

    [Fact]
    public async Task Download_Stalled_IsTakenUpAnew()
    {
        _fixture.Options.StallTimeout = TimeSpan.FromMilliseconds(400);
        _registry.Answer = context =>
        {
            if (_registry.Requests.Count == 1) return ScriptedRegistry.StallAfterAsync(context, _blob, 200_000);
            // This one is to come through, however slowly.
            _fixture.Options.StallTimeout = TimeSpan.FromMinutes(1);
            return ScriptedRegistry.SendRangeAsync(context, _blob);
        };
        (await DownloadAsync()).Kept.ShouldBe(_blob);
        _registry.Requests.Count.ShouldBe(2);
        _fixture.Notes.First().ShouldContain("next to nothing");
    }

    [Fact]
    public async Task Download_DrippedByteByByte_CountsAsStalled()
    {
        // Long against the pauses between the bytes, and short against the time that a kilobyte takes.
        _fixture.Options.StallTimeout = TimeSpan.FromSeconds(3);
        _fixture.Options.Attempts = 1;
        _registry.Answer = async context =>
        {
            context.Response.ContentLength = _blob.Length;
            for (var i = 0; i < _blob.Length && !context.RequestAborted.IsCancellationRequested; i++)
            {
                await context.Response.Body.WriteAsync(_blob.AsMemory(i, 1));
                await context.Response.Body.FlushAsync();
                await Task.Delay(20);
            }
        };
        var failure = await FailAsync(Sink());
        failure.Fault.ShouldBe(ImageFault.RegistryUnavailable);
        failure.Message.ShouldContain("next to nothing");
    }

    [Fact]
    public async Task Resolve_RegistryWhoseNameDoesNotResolve_SaysThatBeforeItTriesAgain()
    {
        var source = _fixture.Open("no-such-registry.invalid/web:1");
        var failure = await Should.ThrowAsync<ImageException>(() => source.ResolveAsync("1", CancellationToken.None));
        failure.Fault.ShouldBe(ImageFault.RegistryUnavailable);
        failure.Message.ShouldContain("the name of its registry no-such-registry.invalid does not resolve");
        _fixture.Notes.First().ShouldStartWith("the name of its registry no-such-registry.invalid does not resolve");
    }

    [Fact]
    public async Task Download_NoAnswerAtAll_EndsAfterItsTries()
    {
        _fixture.Options.ResponseTimeout = TimeSpan.FromSeconds(2);
        _registry.Answer = context => Task.Delay(Timeout.Infinite, context.RequestAborted);
        var failure = await FailAsync(Sink());
        failure.Fault.ShouldBe(ImageFault.RegistryUnavailable);
        failure.Message.ShouldContain("did not answer");
        // One that was given up may be on its way still.
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (_registry.Requests.Count < 3) await Task.Delay(20, limit.Token);
        _registry.Requests.Count.ShouldBe(3);
    }

    [Fact]
    public async Task Download_Cancelled_EndsAtOnce()
    {
        using var cancellation = new CancellationTokenSource();
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _registry.Answer = async context =>
        {
            asked.TrySetResult();
            await ScriptedRegistry.StallAfterAsync(context, _blob, 10);
        };
        var download = _fixture.Open(Image).DownloadAsync(RegistryFixture.Descriptor(_blob), Sink(), cancellation.Token);
        await asked.Task;
        await cancellation.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(download.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Theory]
    [InlineData(500, ImageFault.RegistryUnavailable, 3)]
    [InlineData(503, ImageFault.RegistryUnavailable, 3)]
    [InlineData(429, ImageFault.TooManyRequests, 3)]
    [InlineData(404, ImageFault.NotFound, 1)]
    [InlineData(403, ImageFault.Unauthorized, 1)]
    [InlineData(400, ImageFault.RegistryUnavailable, 1)]
    public async Task Download_Refused_IsTriedAgainWhereItHelps(int status, ImageFault fault, int requests)
    {
        _registry.Answer = context => ScriptedRegistry.SendAsync(
            context, """{ "errors": [{ "code": "SOME_CODE", "message": "some\u001b[31m words" }] }"""u8.ToArray(), status: status);
        var failure = await FailAsync(Sink());
        failure.Fault.ShouldBe(fault);
        failure.Message.ShouldContain("SOME_CODE: some [31m words");
        _registry.Requests.Count.ShouldBe(requests);
    }

    [Fact]
    public async Task Download_BusyForAWhile_WaitsAsAskedAndGoesOn()
    {
        _registry.Answer = context =>
        {
            if (_registry.Requests.Count > 1) return ScriptedRegistry.SendAsync(context, _blob);
            context.Response.Headers.RetryAfter = "1";
            return ScriptedRegistry.SendAsync(context, [], status: 429);
        };
        var began = TimeProvider.System.GetTimestamp();
        (await DownloadAsync()).Kept.ShouldBe(_blob);
        TimeProvider.System.GetElapsedTime(began).ShouldBeGreaterThan(TimeSpan.FromSeconds(0.9));
    }

    [Fact]
    public async Task Download_BusyForTooLong_FailsAtOnce()
    {
        _registry.Answer = context =>
        {
            context.Response.Headers.RetryAfter = "86400";
            return ScriptedRegistry.SendAsync(context, [], status: 429);
        };
        (await FailAsync(Sink())).Fault.ShouldBe(ImageFault.TooManyRequests);
        _registry.Requests.Count.ShouldBe(1);
    }

    public async Task DisposeAsync()
    {
        await _registry.DisposeAsync();
        _fixture.Dispose();
    }

    private MemorySink Sink(params byte[] begun) => new(RegistryFixture.Descriptor(_blob).Digest, begun);

    private async Task<MemorySink> DownloadAsync(params byte[] begun)
    {
        var sink = Sink(begun);
        await _fixture.Open(Image).DownloadAsync(RegistryFixture.Descriptor(_blob), sink, CancellationToken.None).WaitAsync(TimeSpan.FromMinutes(1));
        return sink;
    }

    private Task<ImageException> FailAsync(MemorySink sink) => Should.ThrowAsync<ImageException>(
        _fixture.Open(Image).DownloadAsync(RegistryFixture.Descriptor(_blob), sink, CancellationToken.None).WaitAsync(TimeSpan.FromMinutes(1)));
}
