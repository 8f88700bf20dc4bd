using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Warren.Containers;
using Warren.Images;
using Warren.Images.Registry;
using Warren.Silo.Images;

namespace Warren.Silo.Tests.Images;

/// <summary>How lookups are shared, and what their failures are to those that asked.</summary>
public sealed class ImageResolverTests : IDisposable
{
    private static readonly string s_digest = "sha256:" + new string('1', 64);
    private static readonly ImageReference s_web = ImageReference.Parse("r.test/web:1"), s_db = ImageReference.Parse("r.test/db:1");

    private readonly ConcurrentQueue<string> _asked = new();
    private readonly StandingTime _time = new();
    private readonly ImageResolver _resolver;
    private Func<ImageReference, CancellationToken, Task<FoundImage>> _find = (_, _) => Task.FromResult(new FoundImage(s_digest, []));

    public ImageResolverTests() => _resolver = Make();

    private ImageResolver Make() => new(
        (reference, token) =>
        {
            _asked.Enqueue(reference.ToString());
            return _find(reference, token);
        },
        new ImageResolutionOptions { MaxLookups = 2 }, _time, NullLogger<ImageResolver>.Instance);

    [Fact]
    public async Task Resolve_ManyAtOnce_AskOnceAndAgainWhenTheAnswerIsOld()
    {
        var found = new TaskCompletionSource<FoundImage>();
        _find = (_, _) => found.Task;
        var all = Enumerable.Range(0, 100).Select(_ => _resolver.ResolveAsync(s_web)).ToArray();
        found.SetResult(new(s_digest, [new("linux", "amd64"), new("linux", "arm", "v7")]));
        foreach (var answer in await Task.WhenAll(all))
        {
            answer.Image!.Reference.ShouldBe($"r.test/web@{s_digest}");
            answer.Image.Platforms.Select(platform => platform.ToString()).ShouldBe(["linux/amd64", "linux/arm/v7"]);
        }

        _time.Advance(TimeSpan.FromSeconds(4.9));
        _resolver.ResolveAsync(s_web).IsCompletedSuccessfully.ShouldBeTrue();
        _asked.ShouldBe(["r.test/web:1"]);
        _time.Advance(TimeSpan.FromSeconds(0.1));
        await _resolver.ResolveAsync(s_web);
        _asked.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Resolve_RegistryIsAway_IsLeftAloneForAMoment()
    {
        _find = (reference, _) => throw new ImageException(ImageFault.RegistryUnavailable, $"{reference} was not resolved: r.test cannot be reached.");
        (await _resolver.ResolveAsync(s_web)).Problem.ShouldBe("r.test/web:1 was not resolved: r.test cannot be reached");
        var other = _resolver.ResolveAsync(s_db);
        other.IsCompletedSuccessfully.ShouldBeTrue();
        (await other).Image.ShouldBeNull();
        _asked.ShouldBe(["r.test/web:1"]);

        // Others are asked, and it is when its pause is over.
        await _resolver.ResolveAsync(ImageReference.Parse("s.test/web:1"));
        _time.Advance(TimeSpan.FromSeconds(5));
        _find = (_, _) => Task.FromResult(new FoundImage(s_digest, []));
        (await _resolver.ResolveAsync(s_db)).Image!.Reference.ShouldBe($"r.test/db@{s_digest}");
        _asked.ShouldBe(["r.test/web:1", "s.test/web:1", "r.test/db:1"]);
    }

    [Fact]
    public async Task Resolve_NotFound_SaysNothingOfOtherImages()
    {
        _find = (reference, _) => reference == s_web
            ? throw new ImageException(ImageFault.NotFound, "there is none")
            : Task.FromResult(new FoundImage(s_digest, []));
        (await _resolver.ResolveAsync(s_web)).Problem.ShouldBe("there is none");
        (await _resolver.ResolveAsync(s_db)).Image.ShouldNotBeNull();
    }

    [Fact]
    public async Task Resolve_LookupFailsOtherwise_IsAnAnswer()
    {
        _find = (_, _) => throw new InvalidOperationException("a bug");
        (await _resolver.ResolveAsync(s_web)).Problem.ShouldBe("r.test/web:1 was not resolved: a bug");
    }

    [Fact]
    public async Task Dispose_WhileAsking_EndsTheLookups()
    {
        _find = async (_, token) =>
        {
            await Task.Delay(Timeout.Infinite, token);
            return new FoundImage(s_digest, []);
        };

        // Some begin, some wait for others, and some are not even there yet.
        for (var i = 0; i < 200; i++)
        {
            using var resolver = Make();
            var waiting = new[] { s_web, s_db, ImageReference.Parse("s.test/web:1") }.Select(resolver.ResolveAsync).ToArray();
            if (i % 2 == 0) await Task.Yield();
            resolver.Dispose();
            foreach (var answer in await Task.WhenAll(waiting).WaitAsync(TimeSpan.FromSeconds(30))) answer.Problem.ShouldEndWith("was not resolved: this manager stops");
        }
    }

    public void Dispose() => _resolver.Dispose();

    /// <summary>A clock that stands until it is moved.</summary>
    private sealed class StandingTime : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now;

        public void Advance(TimeSpan by) => _now += by.Ticks;
    }
}
