using System.Collections.Immutable;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Warren.Catalogs;
using Warren.Configs;
using Warren.Grains.Work;
using Warren.Nodes;
using Warren.Scheduling;
using Warren.Secrets;
using Warren.Services;
using Warren.Volumes;

namespace Warren.Silo.Keeping;

/// <summary>
/// Wakes all nodes, services, volumes, secrets and configs, and the scheduler, after a silo has come or gone, so that what a dead silo left half done is
/// finished within seconds. One silo does it for all: the first of the active ones. Waking what is awake does nothing.
/// </summary>
internal sealed partial class Keeper(IGrainFactory grains, ISiloStatusOracle silos, TimeProvider time, ILogger<Keeper> logger)
    : BackgroundService, ISiloStatusListener
{
    private readonly SemaphoreSlim _changed = new(0);

    public void SiloStatusChangeNotification(SiloAddress updatedSilo, SiloStatus status)
    {
        // Others are told of a silo that starts by its becoming active, and of one that ends by its being dead.
        if (status is SiloStatus.Active or SiloStatus.Dead) _changed.Release();
    }

    public override void Dispose()
    {
        base.Dispose();
        _changed.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        silos.SubscribeToSiloStatusEvents(this);
        try
        {
            // The silo may have become active before there was anyone to hear it.
            if (silos.CurrentStatus == SiloStatus.Active) _changed.Release();
            var retries = Retries.OfCalls();
            while (!stoppingToken.IsCancellationRequested)
            {
                await _changed.WaitAsync(stoppingToken);
                while (_changed.CurrentCount > 0) await _changed.WaitAsync(stoppingToken);
                if (!IsFirst()) continue;
                if (await EnsureAsync())
                {
                    retries.Succeeded();
                    continue;
                }

                await Task.Delay(retries.Failed(), time, stoppingToken);
                _changed.Release();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The silo stops.
        }
        finally
        {
            silos.UnSubscribeFromSiloStatusEvents(this);
        }
    }

    private bool IsFirst() => silos.GetActiveSilos() is [var first, ..] && first.Equals(silos.SiloAddress);

    /// <returns>Whether everything was woken.</returns>
    private async Task<bool> EnsureAsync()
    {
        try
        {
            // The scheduler first: it finds out by itself who waits.
            await grains.GetGrain<ISchedulerGrain>(ISchedulerGrain.Key).EnqueueAsync([]);
            var nodes = await grains.GetGrain<INodeCatalogGrain>(INodeCatalogGrain.Key).GetChangesAsync(null);
            var services = await grains.GetGrain<IServiceCatalogGrain>(IServiceCatalogGrain.Key).ListAsync();
            var volumes = await ListAsync(INameCatalogGrain.Volumes);
            var (secrets, configs) = (await ListAsync(INameCatalogGrain.Secrets), await ListAsync(INameCatalogGrain.Configs));
            IEnumerable<(string Name, Func<Task> Wake)> all =
            [
                .. nodes.Nodes.Select(node => ($"node {node.Id}", (Func<Task>)(() => grains.GetGrain<INodeGrain>(node.Id.Value).EnsureAsync()))),
                .. services.Select(service => ($"service {service.Name}", (Func<Task>)(() => grains.GetGrain<IServiceGrain>(service.Name.Value).EnsureAsync()))),
                .. secrets.Select(name => ($"secret {name}", (Func<Task>)(() => grains.GetGrain<ISecretGrain>(name).GetAsync()))),
                .. configs.Select(name => ($"config {name}", (Func<Task>)(() => grains.GetGrain<IConfigGrain>(name).GetAsync()))),
                .. volumes.Select(name => ($"volume {name}", (Func<Task>)(() => grains.GetGrain<IVolumeGrain>(name).GetAsync()))),
            ];
            var failed = await Batches.ForEachAsync(all, one => one.Wake());
            LogEnsured(nodes.Nodes.Length, services.Length, volumes.Length, secrets.Length + configs.Length, failed.Count);
            if (failed.Count > 0) LogNotWoken(failed[0].Failure, failed[0].Item.Name);
            return failed.Count == 0;
        }
        catch (Exception failure)
        {
            LogNotWoken(failure, "the lists of them");
            return false;
        }
    }

    private Task<ImmutableArray<string>> ListAsync(string catalog) => grains.GetGrain<INameCatalogGrain>(catalog).ListAsync();
}
