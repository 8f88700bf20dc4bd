using Warren.Conformance.Storage;
using Warren.Silo.Stores;

namespace Warren.Silo.Tests.Stores;

/// <summary>States of counter grains, as a grain would use them.</summary>
internal static class Counters
{
    public static GrainId Id(string key) => GrainId.Create("counter", key);

    public static async Task<GrainState<CountState>> ReadAsync(this WarrenStore store, string key)
    {
        var state = new GrainState<CountState>();
        await store.States.ReadStateAsync("state", Id(key), state);
        return state;
    }

    public static async Task<GrainState<CountState>> WriteNewAsync(this WarrenStore store, string key, int count, string text = "")
    {
        var state = new GrainState<CountState>(new CountState { Count = count, Text = text });
        await store.States.WriteStateAsync("state", Id(key), state);
        return state;
    }

    public static Task WriteAsync(
        this WarrenStore store,
        string key,
        GrainState<CountState> state,
        int count,
        string text = "",
        CancellationToken cancellationToken = default)
    {
        state.State = new CountState { Count = count, Text = text };
        return store.States.WriteStateAsync("state", Id(key), state, cancellationToken);
    }
}
