using System.Collections.Immutable;
using Microsoft.Extensions.Logging.Abstractions;
using Warren.Agent.Runtime;
using Warren.Agent.Runtime.Fake;

namespace Warren.Agent.Tests.Runtime.Fake;

/// <summary>What is the fake's alone; the rest it has in common with every runtime.</summary>
public sealed class FakeRuntimeTests
{
    [Fact]
    public async Task End_TimerThatRingsEarly_IsAtItsTime()
    {
        await using var runtime = new FakeRuntime(new(), new EarlyTime(), NullLogger<FakeRuntime>.Instance);
        var request = new ContainerRequest
        {
            Id = new("web.1"),
            Spec = new() { Image = "example.test/web:fake.after-1h" },
            Image = new()
            {
                Name = "example.test/web:fake.after-1h",
                Digest = "sha256:1",
                ManifestDigest = "sha256:1",
                ChainId = "sha256:2",
                Config = new(),
                Size = 1,
                Platforms = ["linux/amd64"],
            },
            OwnerLabels = ImmutableSortedDictionary<string, string>.Empty,
            Hostname = "host",
            LogDirectory = "/nowhere",
        };
        await runtime.PrepareAsync(request, default);
        var started = await runtime.StartAsync(request.Id, default);
        var exit = await runtime.WaitAsync(request.Id, default).WaitAsync(TimeSpan.FromMinutes(1));
        exit.At.ShouldBe(started.StartedAt!.Value + TimeSpan.FromHours(1));
    }

    /// <summary>A clock that stands still, and whose timers ring at once.</summary>
    private sealed class EarlyTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            TimeProvider.System.CreateTimer(callback, state, TimeSpan.Zero, period);
    }
}
