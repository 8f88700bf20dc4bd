namespace Orleans.Runtime.Networking;

/// <summary>
/// The grain types that came over a connection lately, so that naming one again costs neither memory nor a hash. Of fixed size: hostile
/// input can only make it useless. Used by one thread at a time.
/// </summary>
internal sealed class GrainTypeCache
{
    private const int Slots = 32;
    private readonly GrainType[] _types = new GrainType[Slots];

    public GrainType Get(ReadOnlySpan<byte> name)
    {
        if (name.IsEmpty) return default;
        ref var slot = ref _types[(name[0] + (name[^1] * 7) + (name[name.Length / 2] * 13) + name.Length) % Slots];
        if (!slot.AsSpan().SequenceEqual(name)) slot = new GrainType(new IdSpan(name.ToArray()));
        return slot;
    }
}
