using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Warren.Agent.Runtime.Containerd;
using Warren.TestSupport.Processes;

namespace Warren.Agent.Containers.Tests.Runtime.Containerd;

/// <summary>
/// An agent that takes one container through its whole life and stands still at one step, to be killed there: a child process, so that nothing of it
/// runs after the kill.
/// </summary>
internal static class DoomedAgent
{
    /// <summary>The first argument of such a process.</summary>
    public const string Role = "doomed-agent";

    private const string Reached = "reached";
    private static readonly TimeSpan s_limit = CrashScene.Limit;

    /// <summary>Starts one and kills it when it has come to the step.</summary>
    /// <returns>Whether the container had been started, stopped and removed by then, as far as the agent knew.</returns>
    public static async Task<LifeStage> RunAndKillAsync(CrashScene scene, ContainerdStep step, bool isAfter)
    {
        await using var agent = ChildProcess.Start(
            "agent", "dotnet",
            [typeof(DoomedAgent).Assembly.Location, Role, JsonSerializer.Serialize(scene.ToPlace()), $"{step} {isAfter}"]);
        var line = await agent.LineAsync(Reached, s_limit);
        agent.Send(Signal.Kill);
        await agent.WaitForExitAsync(s_limit);
        return Enum.Parse<LifeStage>(line.Split(' ')[1]);
    }

    public static async Task<int> RunAsync(string place, string where)
    {
        var scene = CrashScene.At(JsonSerializer.Deserialize<CrashScene.Place>(place)!);
        var step = Enum.Parse<ContainerdStep>(where.Split(' ')[0]);
        var isAfter = bool.Parse(where.Split(' ')[1]);
        var stage = LifeStage.Preparing;
        var options = scene.Options();
        options.StepReached = async (reached, _, after) =>
        {
            if (reached != step || after != isAfter) return;
            await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{Reached} {stage}"));
            await Console.Out.FlushAsync();
            await Task.Delay(Timeout.Infinite);
        };
        await using var runtime = new ContainerdRuntime(options, TimeProvider.System, NullLogger<ContainerdRuntime>.Instance);
        var request = scene.Request();
        await runtime.PrepareAsync(request, default);
        stage = LifeStage.Starting;
        await runtime.StartAsync(request.Id, default);
        await CrashScene.ReadyAsync(runtime);
        stage = LifeStage.Stopping;
        await runtime.StopAsync(request.Id, CrashScene.Ask, CrashScene.Grace, default);
        stage = LifeStage.Removing;
        await runtime.RemoveAsync(request.Id, default);
        await Console.Out.WriteLineAsync($"never came to {step}");
        return 1;
    }
}
