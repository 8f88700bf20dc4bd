using Warren.Harness.Silos;

namespace Warren.Demo;

/// <summary>Shows the engine at work, and ends with exit code 0 if nothing was lost.</summary>
internal static class Program
{
    private const int Wrong = 1, BadCall = 2, Interrupted = 130;

    private static async Task<int> Main(string[] arguments)
    {
        if (arguments is ["child", "silo", _]) return await SiloChild.RunAsync();
        if (arguments is not [])
        {
            await Console.Error.WriteLineAsync("demo: takes no arguments");
            return BadCall;
        }

        using var interruption = new Interruption();
        var narrator = new Narrator(Console.Out, TimeProvider.System);
        try
        {
            var isWell = await new Story(narrator, TimeProvider.System, interruption.Token).TellAsync();
            narrator.Say(isWell
                ? "Nothing was lost. Every process is ended and every file removed."
                : "This did not go as it should; see above. Every process is ended and every file removed.");
            return isWell ? 0 : Wrong;
        }
        catch (OperationCanceledException) when (interruption.Token.IsCancellationRequested)
        {
            narrator.Say("Interrupted. Every process is ended and every file removed.");
            return Interrupted;
        }
        catch (Exception e)
        {
            // The last stop: without a stack trace the demonstration could not be repaired.
            await Console.Error.WriteLineAsync($"demo: {e}");
            return Wrong;
        }
    }
}
