using System.Runtime;
using Warren.Grains.Hosting;

namespace Warren.Grains.Tests.Services;

public sealed class AsyncCodeTests
{
    [Fact]
    public void Prepare_TypeWithoutAsynchronousMethods_DoesNothing() => AsyncCode.Prepare(typeof(string)).ShouldBe(0);

    [Fact]
    public async Task Prepare_BeforeTheFirstRun_LeavesLessToCompile()
    {
        // What all asynchronous methods share is compiled first.
        await Unprepared.RunAsync();
        AsyncCode.Prepare(typeof(Prepared));

        var prepared = CompiledUntilItWaits(Prepared.RunAsync, out var first);
        var unprepared = CompiledUntilItWaits(Another.RunAsync, out var second);

        prepared.ShouldBeLessThan(unprepared);
        await Task.WhenAll(first, second);
    }

    private static long CompiledUntilItWaits(Func<Task> run, out Task running)
    {
        var before = JitInfo.GetCompiledMethodCount(currentThread: true);
        running = run();
        return JitInfo.GetCompiledMethodCount(currentThread: true) - before;
    }

    private static class Unprepared
    {
        public static async Task RunAsync() => await Task.Yield();
    }

    private static class Prepared
    {
        public static async Task RunAsync() => await Task.Yield();
    }

    private static class Another
    {
        public static async Task RunAsync() => await Task.Yield();
    }
}
