using Warren.Agent.Health;

namespace Warren.Agent.Tests.Health;

/// <summary>A probe whose answers the test gives.</summary>
internal sealed class ScriptedProbe(Func<int, CancellationToken, Task<ProbeOutcome>> answer) : IHealthProbe
{
    private int _count, _running, _mostRunning;

    public int Count => Volatile.Read(ref _count);

    public int Running => Volatile.Read(ref _running);

    public int MostRunning => Volatile.Read(ref _mostRunning);

    public async Task<ProbeOutcome> CheckAsync(CancellationToken cancellationToken)
    {
        var running = Interlocked.Increment(ref _running);
        InterlockedMax(running);
        try
        {
            return await answer(Interlocked.Increment(ref _count), cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }

    private void InterlockedMax(int value)
    {
        for (var most = MostRunning; value > most; most = MostRunning)
        {
            if (Interlocked.CompareExchange(ref _mostRunning, value, most) == most) return;
        }
    }
}
