using Orleans.Embedded.Tests.Scripting;
using Orleans.Embedded.Tests.Testing;

namespace Orleans.Embedded.Tests.Activations;

public sealed class StatelessWorkerTests : SiloTest
{
    [Fact]
    public async Task Calls_AsManyAsTheLimit_RunAtOnceAndFurtherOnesWait()
    {
        var worker = Grains.GetGrain<IScriptedWorker>(Script.NewName());
        var held = new List<TaskCompletionSource>();
        for (var i = 0; i < ScriptedWorker.Limit; i++) held.Add(await HoldAsync(worker));
        var further = worker.Do(_ => held.ShouldContain(static release => release.Task.IsCompleted));

        await NewGrain().Do(static _ => { });
        further.IsCompleted.ShouldBeFalse();
        foreach (var release in held) release.SetResult();

        await further.WaitAsync(Limit.Long);
        Script.LifeOf(worker).Instances.Count.ShouldBe(ScriptedWorker.Limit);
    }

    [Fact]
    public async Task Activation_OneEnds_TheOthersGoOn()
    {
        var worker = Grains.GetGrain<IScriptedWorker>(Script.NewName());
        var release = await HoldAsync(worker);
        await worker.Do(static self => self.EndWhenIdle());

        await worker.Do(static _ => { }).WaitAsync(Limit.Long);

        release.SetResult();
    }
}
