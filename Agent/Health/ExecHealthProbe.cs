using System.Collections.Immutable;
using System.Globalization;
using Warren.Agent.Runtime;

namespace Warren.Agent.Health;

/// <summary>Runs a command in the container; exit code 0 is health. What it writes is shown, the beginning of it.</summary>
internal sealed class ExecHealthProbe(IContainerRuntime runtime, ContainerId id, ImmutableArray<string> command, TimeProvider time) : IHealthProbe
{
    // A process that the command leaves behind may hold its output open; the exit code waits no longer for it.
    private static readonly TimeSpan s_outputLimit = TimeSpan.FromMilliseconds(200);

    public async Task<ProbeOutcome> CheckAsync(CancellationToken cancellationToken)
    {
        try
        {
            // Disposing kills it if it still runs, and its output ends with that.
            await using var session = await runtime.ExecAsync(id, new ExecRequest { Command = command }, cancellationToken);
            return await RunAsync(session, cancellationToken);
        }
        catch (ContainerRuntimeException e) when (e.Fault == RuntimeFault.Unavailable)
        {
            return ProbeOutcome.NotAsked($"the command could not be run: {e.Message}");
        }
        catch (ContainerRuntimeException e)
        {
            return ProbeOutcome.Failure($"the command could not be run: {e.Message}");
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ProbeOutcome.Failure("the command did not start");
        }
    }

    private async Task<ProbeOutcome> RunAsync(IExecSession session, CancellationToken cancellationToken)
    {
        var output = new BoundedOutput(ProbeOutcome.MaxDetail);
        using var reading = new CancellationTokenSource();
        var both = Task.WhenAll(output.ReadAsync(session.Stdout, reading.Token), output.ReadAsync(session.Stderr, reading.Token));
        try
        {
            var code = await session.Completion.WaitAsync(cancellationToken);
            await WaitForOutputAsync(both);
            var text = output.ToString();
            if (code == 0) return ProbeOutcome.Success(text.Length == 0 ? "exit code 0" : text);
            return ProbeOutcome.Failure(string.Create(CultureInfo.InvariantCulture, $"exit code {code}{(text.Length == 0 ? "" : ": ")}{text}"));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            var text = output.ToString();
            return ProbeOutcome.Failure(text.Length == 0 ? "the command was killed" : $"the command was killed; it wrote: {text}");
        }
        finally
        {
            // The streams end with the session at the latest.
            await reading.CancelAsync();
        }
    }

    private async Task WaitForOutputAsync(Task reading)
    {
        try
        {
            await reading.WaitAsync(s_outputLimit, time);
        }
        catch (TimeoutException)
        {
            // What was read until now is shown.
        }
    }
}
