namespace Warren.Grains.Work;

/// <summary>Writes states of grains.</summary>
internal static class StoredStates
{
    /// <summary>Stores another state. If that fails, the grain has the state before, as the store does.</summary>
    public static async Task WriteAsync<T>(this IPersistentState<T> store, T next)
    {
        var before = store.State;
        store.State = next;
        try
        {
            await store.WriteStateAsync();
        }
        catch
        {
            store.State = before;
            throw;
        }
    }
}
