namespace Warren.ControlPlane.Tests.Testing;

/// <summary>Is at each call that a grain of one silo makes.</summary>
internal sealed class CallFaults(string silo) : IOutgoingGrainCallFilter
{
    /// <summary>Is there before a call, and after it with true. What it returns is awaited.</summary>
    public Func<string, IOutgoingGrainCallContext, bool, Task>? AtCall { get; set; }

    public async Task Invoke(IOutgoingGrainCallContext context)
    {
        if (AtCall is not { } at)
        {
            await context.Invoke();
            return;
        }

        await at(silo, context, false);
        await context.Invoke();
        await at(silo, context, true);
    }
}
