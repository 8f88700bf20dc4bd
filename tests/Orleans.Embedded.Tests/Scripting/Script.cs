using System.Collections.Concurrent;
using System.Globalization;

namespace Orleans.Embedded.Tests.Scripting;

/// <summary>
/// Lets tests say what a grain does where they call it. Works because grains run in the process of the test; the name of the script is what
/// travels.
/// </summary>
internal static class Script
{
    private static readonly ConcurrentDictionary<string, Func<ScriptedGrain, CancellationToken, Task>> s_scripts = new();
    private static readonly ConcurrentDictionary<string, Life> s_lives = new();
    private static long s_last;

    public static Task Do(this IScriptedGrain grain, Func<ScriptedGrain, Task> script) => grain.Run(Add(script));

    public static Task Do(this IScriptedGrain grain, Action<ScriptedGrain> script) => grain.Do(self =>
    {
        script(self);
        return Task.CompletedTask;
    });

    /// <summary>The result stays in the process, so it is what the grain has and no copy.</summary>
    public static async Task<TResult> Get<TResult>(this IScriptedGrain grain, Func<ScriptedGrain, TResult> script)
    {
        TResult result = default!;
        await grain.Do(self => { result = script(self); });
        return result;
    }

    public static Task DoCancellable(this IScriptedGrain grain, Func<ScriptedGrain, CancellationToken, Task> script, CancellationToken cancellation)
    {
        var name = NewName();
        s_scripts[name] = script;
        return grain.RunCancellable(name, cancellation);
    }

    public static Task DoInterleaving(this IScriptedGrain grain, Func<ScriptedGrain, Task> script) => grain.RunInterleaving(Add(script));

    public static Task DoReadOnly(this IScriptedGrain grain, Func<ScriptedGrain, Task> script) => grain.RunReadOnly(Add(script));

    public static Task DoOneWay(this IScriptedGrain grain, Func<ScriptedGrain, Task> script) => grain.RunOneWay(Add(script));

    public static Task DoBriefly(this IScriptedGrain grain, Func<ScriptedGrain, Task> script) => grain.RunBriefly(Add(script));

    public static string Add(Func<ScriptedGrain, Task> script)
    {
        var name = NewName();
        s_scripts[name] = (grain, _) => script(grain);
        return name;
    }

    public static Func<ScriptedGrain, CancellationToken, Task> Take(string name) =>
        s_scripts.TryRemove(name, out var script) ? script : throw new InvalidOperationException($"Script {name} was run already.");

    public static Life LifeOf(string key) => s_lives.GetOrAdd(key, static _ => new Life());

    public static Life LifeOf(IScriptedGrain grain) => LifeOf(grain.GetPrimaryKeyString());

    /// <summary>A name that no other script or grain of this process has.</summary>
    public static string NewName() => Interlocked.Increment(ref s_last).ToString(CultureInfo.InvariantCulture);
}
