using Microsoft.Extensions.Logging.Abstractions;
using Warren.Containers;
using Warren.ControlPlane.Tests.Testing;
using Warren.Events;
using Warren.Grains.Images;
using Warren.Grains.Services;
using Warren.Tasks;

namespace Warren.ControlPlane.Tests.Services;

/// <summary>Tasks run what the managers found out that their image means, and start without when that cannot be found out in time.</summary>
public sealed class ServiceImageTests
{
    private static readonly ImageReference s_image = ImageReference.Parse(A.Service().Container.Image);

    [Fact]
    public async Task Image_ResolvedWhileNothingRuns_AllTasksRunTheDigestThoughTheTagMoves()
    {
        var resolver = new ScriptedResolver { WaitLimit = TimeSpan.FromMinutes(1) };
        var answer = new TaskCompletionSource<ImageAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
        resolver.Answer = _ => answer.Task;
        await using var cluster = await TestCluster.StartAsync(resolver: resolver);

        // Acknowledged at once, and held up.
        (await cluster.Service().ApplyAsync(A.Service(replicas: 2))).Image.ShouldBeNull();
        var waiting = (await cluster.WhenAsync(status => status!.Waits.Length > 0))!;
        waiting.Waits.ShouldBe([$"the managers are finding out what the image {s_image} means"]);
        waiting.Tasks.ShouldBeEmpty();

        answer.SetResult(ScriptedResolver.Found(s_image, '1', "linux/amd64"));
        var running = await ServiceLifeTests.RunAsync(cluster, 2);
        running.Revision.Version.ShouldBe(1);
        running.Revision.Image!.Reference.ShouldBe(ScriptedResolver.DigestOf(s_image, '1'));
        running.Waits.ShouldBeEmpty();

        resolver.Answer = reference => Task.FromResult(ScriptedResolver.Found(reference, '2'));
        await cluster.Service().ScaleAsync(4);
        await ServiceLifeTests.RunAsync(cluster, 4);
        await FailOneAsync(cluster);
        await ServiceLifeTests.RunAsync(cluster, 4);
        PinnedImages(cluster).ShouldBe([ScriptedResolver.DigestOf(s_image, '1')]);
        resolver.Asked.Count.ShouldBe(1);

        // Another image is another question, and goes through a rollout.
        await cluster.Service().ApplyAsync(A.Service(replicas: 4).WithImage("2"));
        await cluster.WhenAsync(status => status!.Rollout?.Phase == "done");
        PinnedImages(cluster).Order().ShouldBe([ScriptedResolver.DigestOf(s_image, '1'), ScriptedResolver.DigestOf(s_image, '2')]);
    }

    [Fact]
    public async Task Image_RegistryIsSilent_TasksStartWithoutAndLaterOnesRunTheDigest()
    {
        var resolver = new ScriptedResolver { WaitLimit = TimeSpan.FromMilliseconds(300) };
        var answer = new TaskCompletionSource<ImageAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
        resolver.Answer = _ => answer.Task;
        await using var cluster = await TestCluster.StartAsync(resolver: resolver);
        await cluster.Service().ApplyAsync(A.Service(replicas: 2));

        var running = await ServiceLifeTests.RunAsync(cluster, 2);
        running.Revision.ImageProblem.ShouldBe("its registry did not answer within 0.3 s");
        PinnedImages(cluster).ShouldBe([null]);
        await WhenEventAsync(cluster, one => one.Kind == EventKind.Blocked && one.Reason ==
            $"image {s_image} could not be resolved by the managers: its registry did not answer within 0.3 s; each node resolves it by itself");

        answer.SetResult(ScriptedResolver.Found(s_image, '1'));
        var resolved = (await cluster.WhenAsync(status => status!.Revision.Image is not null))!;
        resolved.Revision.Version.ShouldBe(2);
        resolved.Revision.ImageProblem.ShouldBeNull();
        await cluster.Service().ScaleAsync(3);
        var three = await ServiceLifeTests.RunAsync(cluster, 3);
        running.Tasks.Select(task => task.Id).ShouldBeSubsetOf(three.Tasks.Where(ServiceLifeTests.IsUp).Select(task => task.Id));
        PinnedImages(cluster).ShouldBe([null, ScriptedResolver.DigestOf(s_image, '1')]);
    }

    /// <summary>The end of a wait that goes on is what wakes the service.</summary>
    [Fact]
    public void Image_LimitPassesWhileAStepLooks_WaitEndsAfterTheStep()
    {
        var resolver = new ScriptedResolver { WaitLimit = 2 * SteppedTime.Step, Answer = _ => new TaskCompletionSource<ImageAnswer>().Task };
        var images = new ServiceImages(new("web"), resolver, new SteppedTime(), ServiceGrainOptions.Default, NullLogger.Instance, _ => { });
        var now = DateTimeOffset.UnixEpoch;
        var record = new ServiceRecord { State = ServiceMachine.Accept(new() { Name = new("web") }, A.Service(), 0, now) };
        images.Take(record, now).ShouldBeSameAs(record);
        images.WaitUntil.ShouldBe(now + SteppedTime.Step);
        images.Take(record, now).State!.Current.ImageProblem.ShouldNotBeNull();
        images.WaitUntil.ShouldBeNull();
    }

    [Fact]
    public async Task Image_NotFound_IsSaidAndHoldsNothingUp()
    {
        var resolver = new ScriptedResolver { WaitLimit = TimeSpan.FromHours(1) };
        resolver.Answer = async reference =>
        {
            await Task.Yield();
            return ImageAnswer.Failed($"{reference} was not resolved: there is none.");
        };
        await using var cluster = await TestCluster.StartAsync(resolver: resolver);
        await cluster.Service().ApplyAsync(A.Service());
        var running = await ServiceLifeTests.RunAsync(cluster, 1);
        running.Revision.ImageProblem.ShouldBe($"{s_image} was not resolved: there is none");

        // It is asked again without being told to, and what is found holds for what comes later.
        resolver.Answer = reference => Task.FromResult(ScriptedResolver.Found(reference, '1'));
        (await cluster.WhenAsync(status => status!.Revision.Image is not null))!.Tasks.Single().Id.ShouldBe(running.Tasks.Single().Id);
    }

    [Fact]
    public async Task Image_ForOtherPlatforms_SaysWhichNodesLackWhat()
    {
        var resolver = new ScriptedResolver { Answer = reference => Task.FromResult(ScriptedResolver.Found(reference, '1', "linux/arm64")) };
        await using var cluster = await TestCluster.StartAsync(resolver: resolver);
        await cluster.Service().ApplyAsync(A.Service());
        await cluster.WhenAsync(status =>
            status!.Tasks.Any(task => task.Observed.Reason == "no suitable node: 3 need platform linux/amd64 (the image has linux/arm64)"));
    }

    [Fact]
    public async Task Image_ManagerDiesWhileItAsks_TheNextOneAsksAgain()
    {
        var resolver = new ScriptedResolver { WaitLimit = TimeSpan.FromHours(1), Answer = _ => new TaskCompletionSource<ImageAnswer>().Task };
        await using var cluster = await TestCluster.StartAsync(resolver: resolver);
        await cluster.Service().ApplyAsync(A.Service(replicas: 2));
        await cluster.WhenAsync(status => status!.Waits.Length > 0);

        // One of the three has the service.
        resolver.Answer = reference => Task.FromResult(ScriptedResolver.Found(reference, '1'));
        foreach (var silo in cluster.SiloNames) await cluster.ReplaceAsync(silo);
        var running = await ServiceLifeTests.RunAsync(cluster, 2);
        running.Revision.Version.ShouldBe(1);
        PinnedImages(cluster).ShouldBe([ScriptedResolver.DigestOf(s_image, '1')]);
    }

    [Fact]
    public async Task Image_StoreAwayWhenTheAnswerComes_IsTakenWhenItIsBack()
    {
        var resolver = new ScriptedResolver { WaitLimit = TimeSpan.FromHours(1) };
        var answer = new TaskCompletionSource<ImageAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
        resolver.Answer = _ => answer.Task;
        await using var cluster = await TestCluster.StartAsync(nodes: 1, silos: 1, resolver: resolver);
        await cluster.Service().ApplyAsync(A.Service());
        cluster.Store.IsAway = true;
        answer.SetResult(ScriptedResolver.Found(s_image, '1'));
        await cluster.WhenAsync(() => Task.FromResult(cluster.Log.Warnings.Any(line => line.Contains("A step of web failed", StringComparison.Ordinal))), () => "a step failed");
        cluster.Store.IsAway = false;
        await ServiceLifeTests.RunAsync(cluster, 1);
        PinnedImages(cluster).ShouldBe([ScriptedResolver.DigestOf(s_image, '1')]);
        resolver.Asked.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Image_AnsweredAtOnce_TakesNoWriteOfItsOwn()
    {
        var writes = new List<int>();
        foreach (var isOn in new[] { false, true })
        {
            var resolver = new ScriptedResolver
            {
                WaitLimit = isOn ? TimeSpan.FromSeconds(2) : TimeSpan.Zero,
                Answer = reference => Task.FromResult(ScriptedResolver.Found(reference, '1')),
            };
            await using var cluster = await TestCluster.StartAsync(nodes: 0, silos: 1, resolver: resolver);
            var count = 0;
            cluster.Store.AtWrite = (_, grain, isDone) =>
            {
                if (isDone && grain.ToString() == "service/web") Interlocked.Increment(ref count);
                return Task.CompletedTask;
            };
            (await cluster.Service().ApplyAsync(A.Service())).Image?.Reference.ShouldBe(ScriptedResolver.DigestOf(s_image, '1'));
            await cluster.WhenAsync(status => status!.Tasks.Any(task => task.Observed.Reason.Contains("no suitable node", StringComparison.Ordinal)));
            writes.Add(Volatile.Read(ref count));
            resolver.Asked.Count.ShouldBe(isOn ? 1 : 0);
        }

        writes[1].ShouldBe(writes[0]);
    }

    private static async Task FailOneAsync(TestCluster cluster)
    {
        var victim = (await cluster.Service().GetAsync())!.Tasks.First(ServiceLifeTests.IsUp).Id;
        foreach (var agent in cluster.Agents) agent.See(victim, ScriptedAgent.Seen(TaskState.Failed, exitCode: 1));
        await cluster.WhenAsync(status => status!.Tasks.Any(task => task.Id == victim && task.Observed.State == TaskState.Failed));
    }

    private static IEnumerable<string?> PinnedImages(TestCluster cluster) =>
        cluster.Agents.SelectMany(agent => agent.Templates.Values).OrderBy(template => template.Version).Select(template => template.PinnedImage).Distinct();

    private static Task<bool> WhenEventAsync(TestCluster cluster, Func<ClusterEvent, bool> isIt) =>
        cluster.WhenAsync(async () => (await cluster.Events.ReadAsync(0, 10_000)).Any(isIt), () => "the event is in the log");

    /// <summary>A clock that goes on by one step with each look at it, and else stands.</summary>
    private sealed class SteppedTime : TimeProvider
    {
        private long _looks;

        public static TimeSpan Step { get; } = TimeSpan.FromSeconds(1);

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => ++_looks * Step.Ticks;
    }
}
