using System.Collections.Immutable;
using Warren.Catalogs;
using Warren.Grains.Work;

namespace Warren.Grains.Catalogs;

/// <summary>Keeps the names of the objects of one kind.</summary>
[GrainType("name-catalog")]
internal sealed class NameCatalogGrain([PersistentState("names")] IPersistentState<NameCatalogState> store) : Grain, INameCatalogGrain
{
    private ImmutableArray<string> _names = [];

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _names = store.State.Names;
        return Task.CompletedTask;
    }

    public async Task AddAsync(string name)
    {
        var place = _names.BinarySearch(name, StringComparer.Ordinal);
        if (place < 0) await WriteAsync(_names.Insert(~place, name));
    }

    public async Task RemoveAsync(string name)
    {
        var place = _names.BinarySearch(name, StringComparer.Ordinal);
        if (place >= 0) await WriteAsync(_names.RemoveAt(place));
    }

    public Task<ImmutableArray<string>> ListAsync() => Task.FromResult(_names);

    private async Task WriteAsync(ImmutableArray<string> names)
    {
        await store.WriteAsync(new() { Names = names });
        _names = names;
    }
}
