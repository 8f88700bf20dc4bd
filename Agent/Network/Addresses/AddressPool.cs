namespace Warren.Agent.Network.Addresses;

/// <summary>
/// Which addresses of the subnet are given out, by number. They go round: one that comes back is given out again only after all others,
/// so that caches of neighbours and connections of its last owner have run out. Not thread-safe.
/// </summary>
internal sealed class AddressPool
{
    // Number 0 is the subnet's own address, 1 the bridge's.
    public const int First = 2;

    private readonly HashSet<int> _taken = [];
    private readonly int _last;

    /// <param name="prefixLength">Of the IPv4 subnet; its last address is the broadcast address.</param>
    /// <param name="cursor">The number given out last; 0 if none was.</param>
    public AddressPool(int prefixLength, int cursor)
    {
        _last = (int)((1L << (32 - prefixLength)) - 2);
        Cursor = cursor;
    }

    /// <summary>The number given out last.</summary>
    public int Cursor { get; private set; }

    /// <summary>How many containers have room.</summary>
    public int Size => _last - First + 1;

    /// <summary>Notes one that is given out already.</summary>
    /// <returns>False if it was noted before, or is none to be given out.</returns>
    public bool Add(int number) => number >= First && number <= _last && _taken.Add(number);

    /// <returns>The next free number; null if there is none.</returns>
    public int? Take()
    {
        if (_taken.Count >= Size) return null;
        var candidate = Cursor;
        do
        {
            candidate = candidate < First - 1 || candidate >= _last ? First : candidate + 1;
        }
        while (!_taken.Add(candidate));
        Cursor = candidate;
        return candidate;
    }

    public void Free(int number) => _taken.Remove(number);
}
