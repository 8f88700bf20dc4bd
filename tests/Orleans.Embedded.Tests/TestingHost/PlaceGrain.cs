namespace Orleans.Embedded.Tests.TestingHost;

/// <summary>A grain that counts and says where it is.</summary>
[Alias("test.place")]
public interface IPlaceGrain : IGrainWithStringKey
{
    [Alias("add")]
    Task<int> AddAsync(int amount);

    [Alias("where")]
    Task<string> WhereAsync();
}

internal sealed class PlaceGrain(ILocalSiloDetails silo) : Grain, IPlaceGrain
{
    private int _count;

    public Task<int> AddAsync(int amount) => Task.FromResult(_count += amount);

    public Task<string> WhereAsync() => Task.FromResult(silo.Name);
}
