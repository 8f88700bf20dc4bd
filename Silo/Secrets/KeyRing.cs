using System.Collections.Immutable;
using System.Security.Cryptography;
using Warren.Hosting.Security;

namespace Warren.Silo.Secrets;

/// <summary>
/// The data key as it lies in the store: under the key of the key files, and, while that is being changed, under the old and the new one. The new one lies
/// beside it, under the data key, for the managers that have yet to take it over; when all have, the old wrapping goes. So a manager that was away at the
/// time starts with the key that it has, and whichever step a crash comes after, each key file there is opens the store.
/// </summary>
internal sealed record KeyRing
{
    private const string DataKey = "data key", FileKey = "file key";

    /// <summary>The key that key files are to have, by <see cref="IdOf"/>. Empty: nothing was stored yet.</summary>
    public string Current { get; init; } = "";

    /// <summary>The data key, under each key that may be in a key file.</summary>
    public ImmutableArray<WrappedKey> Wrapped { get; init; } = [];

    /// <summary>While not all managers have it: the current key of the key files, under the data key.</summary>
    public ReadOnlyMemory<byte> Next { get; init; }

    /// <summary>The managers, by node id.</summary>
    public ImmutableSortedDictionary<string, KeyHolder> Holders { get; init; } = ImmutableSortedDictionary<string, KeyHolder>.Empty;

    /// <summary>Whether managers have yet to take the current key over.</summary>
    public bool IsRotating() => Wrapped.Length > 1;

    /// <summary>A key in a word that tells nothing of it.</summary>
    public static string IdOf(ReadOnlySpan<byte> fileKey)
    {
        Span<byte> id = stackalloc byte[8];
        HKDF.Expand(HashAlgorithmName.SHA256, fileKey, id, "warren key id"u8);
        return Convert.ToHexStringLower(id);
    }

    /// <summary>The first one of a cluster.</summary>
    public static KeyRing Create(ReadOnlySpan<byte> fileKey, ReadOnlySpan<byte> dataKey, string cluster, DateTimeOffset now)
    {
        var wrapped = Wrap(fileKey, dataKey, cluster, now);
        return new() { Current = wrapped.Key, Wrapped = [wrapped] };
    }

    /// <summary>The data key; null if the key is none of those that it is under, or of another cluster.</summary>
    public byte[]? Unwrap(ReadOnlySpan<byte> fileKey, string cluster)
    {
        var id = IdOf(fileKey);
        return Wrapped.FirstOrDefault(wrapped => wrapped.Key == id) is { } found
            ? new ValueSealer(fileKey.ToArray()).Open(found.Sealed.Span, 1, cluster, DataKey, id)
            : null;
    }

    /// <summary>The key that key files are to have, where it is there for those that have yet to take it over; else null.</summary>
    public byte[]? NextKey(byte[] dataKey, string cluster) =>
        Next.IsEmpty ? null : new ValueSealer(dataKey).Open(Next.Span, 1, cluster, FileKey, Current);

    /// <summary>Begins to change the key of the key files.</summary>
    /// <exception cref="ConflictException">The last change is not over.</exception>
    public KeyRing Rotate(ReadOnlySpan<byte> newFileKey, byte[] dataKey, string cluster, DateTimeOffset now)
    {
        if (IsRotating())
        {
            throw new ConflictException(
                $"the key is being changed already, and {string.Join(", ", Missing().Select(holder => holder.Name))} must still take over {Current}: "
                + "start the missing managers, or give up what they have by warren cluster key retire");
        }

        var wrapped = Wrap(newFileKey, dataKey, cluster, now);
        return this with
        {
            Current = wrapped.Key,
            Wrapped = Wrapped.Add(wrapped),
            Next = new ValueSealer(dataKey).Seal(newFileKey, 1, cluster, FileKey, wrapped.Key),
        };
    }

    /// <summary>A manager's key file has this key, durably. The old wrapping goes when that is so of all.</summary>
    public KeyRing Confirm(string node, string name, string key)
    {
        var holder = new KeyHolder { Name = name, Key = key };
        var next = Holders.TryGetValue(node, out var known) && known == holder ? this : this with { Holders = Holders.SetItem(node, holder) };
        return next.IsRotating() && !next.Missing().Any() ? next.Settled() : next;
    }

    /// <summary>Gives the old wrapping up although not all managers have taken the key over; those are forgotten, and do not start by their key files.</summary>
    public KeyRing Retire()
    {
        var held = Holders.RemoveRange(Holders.Where(holder => holder.Value.Key != Current).Select(holder => holder.Key));
        return held.Count == Holders.Count && !IsRotating() ? this : (this with { Holders = held }).Settled();
    }

    /// <summary>The managers whose key file has another key than the current one.</summary>
    public IEnumerable<KeyHolder> Missing() => Holders.Values.Where(holder => holder.Key != Current);

    private KeyRing Settled() => this with { Wrapped = [.. Wrapped.Where(wrapped => wrapped.Key == Current)], Next = default };

    private static WrappedKey Wrap(ReadOnlySpan<byte> fileKey, ReadOnlySpan<byte> dataKey, string cluster, DateTimeOffset now)
    {
        var id = IdOf(fileKey);
        return new() { Key = id, Sealed = new ValueSealer(fileKey.ToArray()).Seal(dataKey, 1, cluster, DataKey, id), At = now };
    }
}
