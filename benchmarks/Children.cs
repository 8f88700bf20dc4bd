using System.Globalization;
using Warren.Benchmarks.Containers;
using Warren.Benchmarks.Engine;
using Warren.Benchmarks.Metrics;
using Warren.Benchmarks.Scale;
using Warren.Benchmarks.Scheduling;
using Warren.Harness.Silos;
using Warren.TestSupport.Processes;

namespace Warren.Benchmarks;

/// <summary>The processes that benchmarks start: this program again, in another role.</summary>
internal static class Children
{
    public static ChildProcess Start(
        string name, IEnumerable<string> role, SiloSettings? settings = null, Action<string>? onLine = null) =>
        ChildProcess.Start(name, PublishedProgram.Path, ["child", .. role], environment: settings?.ToEnvironment(), onLine: onLine);

    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] role)
    {
        var report = new Report([]);
        switch (role)
        {
            case ["silo", _]:
                return await SiloChild.RunAsync();
            case ["remote-silo", var echoPort]:
                await MeasureRemoteCalls.ServeAsync(Parse(echoPort));
                return 0;
            case [FakeAgents.Role, ..]:
                await FakeAgents.ServeAsync(role);
                return 0;
            case ["first-call"]:
                await FirstCall.RunAsync();
                return 0;
            case ["measure", var what, ..]:
                // Only the end matters: the parent says nothing.
                Lifeline.Hold(static _ => { });
                await MeasureAsync(what, role[2..], report);
                return 0;
            default:
                throw new InvalidOperationException($"There is no role '{string.Join(' ', role)}'.");
        }
    }

    private static Task MeasureAsync(string what, string[] arguments, Report report) => (what, arguments) switch
    {
        ("local", []) => MeasureLocalCalls.RunAsync(report),
        ("remote", [var echoPort]) => MeasureRemoteCalls.RunAsync(report, Parse(echoPort)),
        ("writes", []) => MeasureWrites.RunAsync(report),
        (OwnNetwork.Role, [var part, var folder]) => OwnNetwork.MeasureAsync(report, part, folder),
        ("activations", []) => MeasureActivations.RunAsync(report),
        ("scheduler", []) => MeasureScheduler(report),
        _ => throw new InvalidOperationException($"There is nothing called '{what}' to measure."),
    };

    private static Task MeasureScheduler(Report report)
    {
        MeasurePlacement.Run(report);
        return Task.CompletedTask;
    }

    private static int Parse(string port) => int.Parse(port, CultureInfo.InvariantCulture);
}
