using System.Collections.Immutable;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Concurrency;
using Orleans.Providers;
using Orleans.Storage;
using Warren.Grains.Work;
using Warren.Services;

namespace Warren.Grains.Services;

/// <summary>
/// The one list of services. Changes that come together share a write, so one grain is enough; and the list is stored in parts, so that one service more costs the
/// same however many there are.
/// </summary>
[GrainType("service-catalog"), Reentrant]
internal sealed class ServiceCatalogGrain : Grain, IServiceCatalogGrain
{
    private readonly IGrainStorage _storage;
    private readonly GrainState<ServiceCatalogState>[] _parts = [.. Enumerable.Range(0, ServiceCatalogState.Parts).Select(_ => new GrainState<ServiceCatalogState>(new()))];
    private readonly GroupCommit<(ServiceName Name, bool? FollowsNodes)> _changes;
    private ImmutableSortedDictionary<ServiceName, bool> _services = ImmutableSortedDictionary<ServiceName, bool>.Empty;

    public ServiceCatalogGrain()
    {
        _storage = ServiceProvider.GetRequiredKeyedService<IGrainStorage>(ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME);
        _changes = new(CommitAsync);
    }

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAll(_parts.Select((part, i) => _storage.ReadStateAsync(NameOf(i), this.GetGrainId(), part, cancellationToken)));
        _services = _parts.SelectMany(part => part.State!.Services).ToImmutableSortedDictionary();
    }

    public Task AddAsync(ServiceEntry entry) => _changes.AddAsync((entry.Name, entry.FollowsNodes));

    public Task RemoveAsync(ServiceName name) => _changes.AddAsync((name, null));

    public Task<ImmutableArray<ServiceEntry>> ListAsync() =>
        Task.FromResult<ImmutableArray<ServiceEntry>>([.. _services.Select(service => new ServiceEntry(service.Key, service.Value))]);

    private static string NameOf(int part) => string.Create(CultureInfo.InvariantCulture, $"services-{part}");

    // Where one part fails, the others may be stored, which does no harm: whoever asked for a change asks for it again.
    private Task CommitAsync(IReadOnlyList<(ServiceName Name, bool? FollowsNodes)> changes) =>
        Task.WhenAll(changes.GroupBy(change => ServiceCatalogState.PartOf(change.Name)).Select(part => WriteAsync(part.Key, part)));

    private async Task WriteAsync(int part, IEnumerable<(ServiceName Name, bool? FollowsNodes)> changes)
    {
        var (stored, before) = (_parts[part], _parts[part].State!);
        var next = before.With(changes);
        if (next.Services == before.Services) return;
        stored.State = next;
        try
        {
            await _storage.WriteStateAsync(NameOf(part), this.GetGrainId(), stored);
        }
        catch (Exception failure)
        {
            stored.State = before;

            // Another activation has changed it, and knows more.
            if (failure is InconsistentStateException) DeactivateOnIdle();
            throw;
        }

        var services = _services.ToBuilder();
        foreach (var (name, _) in changes)
        {
            if (next.Services.TryGetValue(name, out var follows)) services[name] = follows;
            else services.Remove(name);
        }

        _services = services.ToImmutable();
    }
}
