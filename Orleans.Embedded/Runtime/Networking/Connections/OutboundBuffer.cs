using System.Buffers;

namespace Orleans.Runtime.Networking;

/// <summary>
/// Two buffers that change places: senders fill one while the writer sends the other. Not thread-safe: the connection's gate guards it.
/// </summary>
/// <param name="limit">Bytes that may wait, those being sent included.</param>
internal sealed class OutboundBuffer(int limit)
{
    private const int SmallestBuffer = 4 << 10;

    /// <summary>A buffer that grew beyond this is given back once it is empty, so that one burst does not hold memory for good.</summary>
    private const int KeptBuffer = 256 << 10;

    private byte[] _filling = [];
    private byte[] _sending = [];
    private int _filled;
    private int _inFlight;

    /// <summary>Bytes that wait or are being sent.</summary>
    public int Pending => _filled + _inFlight;

    public bool IsEmpty => Pending == 0;

    /// <summary>
    /// Whether <paramref name="count"/> more bytes may wait. Something always may when nothing else waits, so that a single message is
    /// bound by the size of a frame alone.
    /// </summary>
    /// <param name="count">Bytes to come.</param>
    /// <param name="reserve">Bytes above the limit that this sender may use.</param>
    public bool HasRoomFor(int count, int reserve = 0) => Pending == 0 || (long)Pending + count <= (long)limit + reserve;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (_filling.Length - _filled < bytes.Length) Grow(bytes.Length);
        bytes.CopyTo(_filling.AsSpan(_filled));
        _filled += bytes.Length;
    }

    /// <summary>What waits, to be sent. Valid up to <see cref="Sent"/>, which comes before the next call.</summary>
    public ReadOnlyMemory<byte> Take()
    {
        (_filling, _sending) = (_sending, _filling);
        (_inFlight, _filled) = (_filled, 0);
        return _sending.AsMemory(0, _inFlight);
    }

    public void Sent()
    {
        _inFlight = 0;
        if (_sending.Length <= KeptBuffer) return;
        ArrayPool<byte>.Shared.Return(_sending);
        _sending = [];
    }

    /// <summary>Forgets what waits and gives the buffers back. Not while a taken batch is in use.</summary>
    public void Release()
    {
        if (_filling.Length > 0) ArrayPool<byte>.Shared.Return(_filling);
        if (_sending.Length > 0) ArrayPool<byte>.Shared.Return(_sending);
        (_filling, _sending, _filled, _inFlight) = ([], [], 0, 0);
    }

    private void Grow(int count)
    {
        var bigger = ArrayPool<byte>.Shared.Rent(Math.Max(Math.Max(SmallestBuffer, _filling.Length * 2), checked(_filled + count)));
        _filling.AsSpan(0, _filled).CopyTo(bigger);
        if (_filling.Length > 0) ArrayPool<byte>.Shared.Return(_filling);
        _filling = bigger;
    }
}
