namespace Warren.Architecture.Tests.Sources;

/// <summary>Each ban is found where it is broken, and not where it only looks so.</summary>
public sealed class BanFinderTests
{
    [Theory]
    [InlineData("var x = DateTime.UtcNow;", "Clock")]
    [InlineData("var x = DateTime.Now;", "Clock")]
    [InlineData("var x = System.DateTime.Today;", "Clock")]
    [InlineData("var x = DateTimeOffset.UtcNow.Ticks;", "Clock")]
    [InlineData("var x = global::System.DateTimeOffset.Now;", "Clock")]
    [InlineData("var x = $\"at {DateTime.UtcNow}\";", "Clock")]
    [InlineData("Func<Guid> make = Guid.NewGuid;", "NewGuid")]
    [InlineData("var x = Guid.CreateVersion7();", "NewGuid")]
    [InlineData("var x = Random.Shared.Next();", "Chance")]
    [InlineData("var x = new Random();", "Chance")]
    [InlineData("Random x = new();", "Chance")]
    [InlineData("Thread.Sleep(1);", "Sleep")]
    [InlineData("await Task.Delay(5);", "UnclockedWait")]
    [InlineData("await Task.Delay(5, token);", "UnclockedWait")]
    [InlineData("var x = new PeriodicTimer(limit);", "UnclockedWait")]
    [InlineData("CancellationTokenSource x = new(limit);", "UnclockedWait")]
    [InlineData("var x = task.Result;", "Blocking")]
    [InlineData("var x = task?.Result;", "Blocking")]
    [InlineData("var x = unknown.Result;", "Blocking")]
    [InlineData("var x = new ValueTask<int>(1).Result;", "Blocking")]
    [InlineData("task.Wait();", "Blocking")]
    [InlineData("task.Wait(limit);", "Blocking")]
    [InlineData("new SemaphoreSlim(1).Wait(token);", "Blocking")]
    [InlineData("Task.WaitAll(task);", "Blocking")]
    [InlineData("task.GetAwaiter().GetResult();", "Blocking")]
    [InlineData("task.ConfigureAwait(false).GetAwaiter().GetResult();", "Blocking,LeavesGrainScheduler")]
    [InlineData("await task.ConfigureAwait(false);", "LeavesGrainScheduler")]
    [InlineData("_ = Task.Run(() => { });", "LeavesGrainScheduler")]
    [InlineData("_ = Task.Factory.StartNew(() => { });", "LeavesGrainScheduler")]
    public void Find_BannedStatement_FindsIt(string statement, string bans) =>
        string.Join(',', BansIn(statement).Order()).ShouldBe(bans);

    [Theory]
    [InlineData("var x = \"DateTime.UtcNow\"; // DateTime.UtcNow")]
    [InlineData("var x = nameof(DateTime.UtcNow);")]
    [InlineData("var x = TimeProvider.System.GetUtcNow();")]
    [InlineData("var x = new Random(7);")]
    [InlineData("object x = new();")]
    [InlineData("await Task.Delay(limit, TimeProvider.System, token);")]
    [InlineData("await Task.Delay(limit, TimeProvider.System);")]
    [InlineData("var x = new PeriodicTimer(limit, TimeProvider.System);")]
    [InlineData("using var x = new CancellationTokenSource();")]
    [InlineData("if (task.IsCompletedSuccessfully) { _ = task.Result; }")]
    [InlineData("if (task.IsCompleted) { task.GetAwaiter().GetResult(); }")]
    [InlineData("var x = new Answer().Result;")]
    [InlineData("new Answer().Result = 2;")]
    [InlineData("new Answer().Wait();")]
    [InlineData("_ = new SemaphoreSlim(1).Wait(0);")]
    [InlineData("_ = await task;")]
    public void Find_HarmlessStatement_FindsNothing(string statement) => BansIn(statement).ShouldBeEmpty();

    [Theory]
    [InlineData("using static System.DateTime;", "Clock")]
    [InlineData("using Clock = System.DateTimeOffset;", "Clock")]
    [InlineData("using static System.Threading.Thread;", "Sleep")]
    public void Find_HidingUsing_FindsIt(string directive, string ban) =>
        BanFinder.Find(SourceSet.Of("A.cs", directive)).ShouldHaveSingleItem().Ban.ToString().ShouldBe(ban);

    [Fact]
    public void Find_ResultOfAnotherTask_IsNotExcusedByTheFirst() =>
        BansIn("var other = task; if (task.IsCompleted) { _ = other.Result; }").ShouldBe(["Blocking"]);

    [Fact]
    public void Find_EitherBranchOfTheOrleansSwitch_IsSeen() => BanFinder.Find(SourceSet.Of("A.cs", """
        #if ORLEANS_PACKAGES
        class A { void M() => Thread.Sleep(1); }
        #else
        class A { void M() => Thread.Sleep(2); }
        #endif
        """)).Select(finding => finding.Code).Order().ShouldBe(["Thread.Sleep", "Thread.Sleep"]);

    [Fact]
    public void Finding_Text_NamesPlaceCodeAndAdvice() =>
        BanFinder.Find(SourceSet.Of("Silo/A.cs", "\nclass A { long M() => DateTime.UtcNow.Ticks; }"))
        .ShouldHaveSingleItem().ToString().ShouldBe("Silo/A.cs:2: DateTime.UtcNow: time comes from TimeProvider");

    private static IEnumerable<string> BansIn(string statement) => BanFinder.Find(SourceSet.Of("A.cs", $$"""
        class Answer { public int Result { get; set; } public void Wait() { } }
        class A { async Task M(Task<int> task, TimeSpan limit, CancellationToken token) { {{statement}} } }
        """)).Select(finding => finding.Ban.ToString());
}
