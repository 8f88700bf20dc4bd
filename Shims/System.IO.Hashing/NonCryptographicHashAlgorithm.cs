using System.Diagnostics.CodeAnalysis;

namespace System.IO.Hashing;

/// <summary>A hash that is fed in pieces and says nothing about who made the data: for tables and checksums, not for security.</summary>
public abstract class NonCryptographicHashAlgorithm
{
    private const int CopyBufferBytes = 4096;

    /// <param name="hashLengthInBytes">The length of the hash, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="hashLengthInBytes"/> is below 1.</exception>
    protected NonCryptographicHashAlgorithm(int hashLengthInBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(hashLengthInBytes, 1);
        HashLengthInBytes = hashLengthInBytes;
    }

    /// <summary>The length of the hash in bytes.</summary>
    public int HashLengthInBytes { get; }

    /// <summary>Adds <paramref name="source"/> to what is hashed.</summary>
    public abstract void Append(ReadOnlySpan<byte> source);

    /// <summary>Forgets everything that was appended.</summary>
    public abstract void Reset();

    /// <summary>Writes the hash of what was appended so far; the state stays as it is.</summary>
    protected abstract void GetCurrentHashCore(Span<byte> destination);

    /// <summary>Writes the hash of what was appended so far and resets.</summary>
    protected virtual void GetHashAndResetCore(Span<byte> destination)
    {
        GetCurrentHashCore(destination);
        Reset();
    }

    /// <summary>Adds <paramref name="source"/> to what is hashed.</summary>
    public void Append(byte[] source)
    {
        ArgumentNullException.ThrowIfNull(source);
        Append(source.AsSpan());
    }

    /// <summary>Adds the rest of <paramref name="stream"/> to what is hashed.</summary>
    public void Append(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var buffer = new byte[CopyBufferBytes];
        int read;
        while ((read = stream.Read(buffer)) > 0)
            Append(buffer.AsSpan(0, read));
    }

    /// <summary>Adds the rest of <paramref name="stream"/> to what is hashed.</summary>
    public async Task AppendAsync(Stream stream, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var buffer = new byte[CopyBufferBytes];
        int read;
        while ((read = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
            Append(buffer.AsSpan(0, read));
    }

    /// <summary>The hash of what was appended so far; the state stays as it is.</summary>
    public byte[] GetCurrentHash()
    {
        var hash = new byte[HashLengthInBytes];
        GetCurrentHashCore(hash);
        return hash;
    }

    /// <summary>As <see cref="GetCurrentHash()"/>, into <paramref name="destination"/>.</summary>
    /// <returns>The number of bytes written.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    public int GetCurrentHash(Span<byte> destination)
    {
        if (!TryGetCurrentHash(destination, out var written))
            ThrowTooShort(nameof(destination), HashLengthInBytes);
        return written;
    }

    /// <summary>As <see cref="GetCurrentHash()"/>, into <paramref name="destination"/>; false when that is too short.</summary>
    public bool TryGetCurrentHash(Span<byte> destination, out int bytesWritten)
    {
        if (destination.Length < HashLengthInBytes)
        {
            bytesWritten = 0;
            return false;
        }

        GetCurrentHashCore(destination[..HashLengthInBytes]);
        bytesWritten = HashLengthInBytes;
        return true;
    }

    /// <summary>The hash of what was appended; the next append begins anew.</summary>
    public byte[] GetHashAndReset()
    {
        var hash = new byte[HashLengthInBytes];
        GetHashAndResetCore(hash);
        return hash;
    }

    /// <summary>As <see cref="GetHashAndReset()"/>, into <paramref name="destination"/>.</summary>
    /// <returns>The number of bytes written.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short; nothing was reset.</exception>
    public int GetHashAndReset(Span<byte> destination)
    {
        if (!TryGetHashAndReset(destination, out var written))
            ThrowTooShort(nameof(destination), HashLengthInBytes);
        return written;
    }

    /// <summary>As <see cref="GetHashAndReset()"/>, into <paramref name="destination"/>; false, and no reset, when too short.</summary>
    public bool TryGetHashAndReset(Span<byte> destination, out int bytesWritten)
    {
        if (destination.Length < HashLengthInBytes)
        {
            bytesWritten = 0;
            return false;
        }

        GetHashAndResetCore(destination[..HashLengthInBytes]);
        bytesWritten = HashLengthInBytes;
        return true;
    }

    [DoesNotReturn]
    internal static void ThrowTooShort(string parameterName, int needed) =>
        throw new ArgumentException($"The destination is too short: a hash takes {needed} bytes.", parameterName);
}
