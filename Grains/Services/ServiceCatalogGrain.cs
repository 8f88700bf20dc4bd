using System.Collections.Immutable;
using Orleans.Concurrency;
using Warren.Grains.Work;
using Warren.Services;

namespace Warren.Grains.Services;

/// <summary>
/// The one list of services. A few thousand names are a record of some ten kilobytes, and changes that come together share a write, so one grain is enough.
/// </summary>
[GrainType("service-catalog"), Reentrant]
internal sealed class ServiceCatalogGrain : Grain, IServiceCatalogGrain
{
    private readonly IPersistentState<ServiceCatalogState> _stored;
    private readonly GroupCommit<(ServiceName Name, bool? FollowsNodes)> _changes;
    private ImmutableSortedDictionary<ServiceName, bool> _services = ImmutableSortedDictionary<ServiceName, bool>.Empty;

    public ServiceCatalogGrain([PersistentState("services")] IPersistentState<ServiceCatalogState> stored) =>
        (_stored, _changes) = (stored, new(CommitAsync));

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _services = _stored.State.Services;
        return Task.CompletedTask;
    }

    public Task AddAsync(ServiceEntry entry) => _changes.AddAsync((entry.Name, entry.FollowsNodes));

    public Task RemoveAsync(ServiceName name) => _changes.AddAsync((name, null));

    public Task<ImmutableArray<ServiceEntry>> ListAsync() =>
        Task.FromResult<ImmutableArray<ServiceEntry>>([.. _services.Select(service => new ServiceEntry(service.Key, service.Value))]);

    private async Task CommitAsync(IReadOnlyList<(ServiceName Name, bool? FollowsNodes)> changes)
    {
        var next = _services.ToBuilder();
        foreach (var (name, follows) in changes)
        {
            if (follows is { } value) next[name] = value;
            else next.Remove(name);
        }

        var services = next.ToImmutable();
        if (services == _services) return;
        _stored.State = new() { Services = services };
        try
        {
            await _stored.WriteStateAsync();
        }
        catch
        {
            _stored.State = new() { Services = _services };
            throw;
        }

        _services = services;
    }
}
