using Warren.Demo.Engine;
using Warren.Demo.Web;
using Warren.Harness.Silos;
using Warren.TestSupport.Processes;

namespace Warren.Demo;

/// <summary>Shows Warren at work, and ends with exit code 0 if all went as it should.</summary>
internal static class Program
{
    private const int Wrong = 1, BadCall = 2, Interrupted = 130;

    private static async Task<int> Main(string[] arguments)
    {
        if (arguments is ["child", "silo", _]) return await SiloChild.RunAsync();
        using var interruption = new Interruption();
        var narrator = new Narrator(Console.Out, TimeProvider.System);
        var web = new WebStory(narrator, TimeProvider.System, interruption.Token);
        return arguments switch
        {
            [] => await RunAsync(narrator, interruption, () => web.TellAsync(isKept: false)),
            ["--keep"] => await RunAsync(narrator, interruption, () => web.TellAsync(isKept: true)),
            ["engine"] => await RunAsync(narrator, interruption, () => new EngineStory(narrator, TimeProvider.System, interruption.Token).TellAsync()),
            ["up", var socket] => await RunAsync(narrator, interruption, () => web.HoldAsync(socket)),
            _ => await RefuseAsync(),
        };
    }

    private static async Task<int> RefuseAsync()
    {
        await Console.Error.WriteLineAsync("demo: takes nothing, --keep, engine, or up with the path of a socket");
        return BadCall;
    }

    private static async Task<int> RunAsync(Narrator narrator, Interruption interruption, Func<Task> tell)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            await Console.Error.WriteLineAsync("demo: containers, network namespaces and packet filters need root; run it as root, by sudo for example");
            return BadCall;
        }

        try
        {
            await tell();
            narrator.Say("Done. Every process is ended and every file removed.");
            return 0;
        }
        catch (OperationCanceledException) when (interruption.Token.IsCancellationRequested)
        {
            narrator.Say("Interrupted. Every process is ended and every file removed.");
            return Interrupted;
        }
        catch (DemoFailedException failure)
        {
            narrator.Say($"This did not go as it should: {failure.Message}. Every process is ended and every file removed.");
            return Wrong;
        }
        catch (ChildFailedException failure)
        {
            await Console.Error.WriteLineAsync($"demo: {failure.Message}");
            return Wrong;
        }
        catch (Exception e)
        {
            // The last stop: without a stack trace the demonstration could not be repaired.
            await Console.Error.WriteLineAsync($"demo: {e}");
            return Wrong;
        }
    }
}
