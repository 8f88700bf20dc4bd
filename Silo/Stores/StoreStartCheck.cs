using Microsoft.Extensions.Hosting;

namespace Warren.Silo.Stores;

/// <summary>
/// Opens the store before the host starts anything. What does not pass by itself, such as the schema of a newer release, ends the start
/// with its message; a database that is away for the moment does not: the silo waits for it when it joins.
/// </summary>
internal sealed class StoreStartCheck(WarrenStore store) : IHostedLifecycleService
{
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        try
        {
            await store.Members.InitializeMembershipTable(true);
        }
        catch (StoreException exception) when (exception.Fault is StoreFault.Unreachable or StoreFault.Locked or StoreFault.Full or StoreFault.Overloaded)
        {
            // Joining the cluster asks again, and logs it.
            return;
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
