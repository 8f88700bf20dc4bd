using System.Text;

namespace Warren.Agent.Health;

/// <summary>The beginning of what is written to several streams; the rest is read and forgotten, so that the writer is not held up.</summary>
internal sealed class BoundedOutput(int maxCharacters)
{
    private readonly Lock _gate = new();

    // A character has at most four bytes.
    private readonly byte[] _bytes = new byte[4 * maxCharacters];
    private int _length;

    /// <summary>Reads a stream to its end. A stream that breaks, or a cancelled reading, has ended.</summary>
    public async Task ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var buffer = new byte[4096];
        try
        {
            while (await stream.ReadAsync(buffer, cancellationToken) is > 0 and var read) Keep(buffer.AsSpan(0, read));
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // What was read until then is what there is.
        }
    }

    public override string ToString()
    {
        lock (_gate)
        {
            var text = Encoding.UTF8.GetString(_bytes, 0, _length).Trim();
            return text.Length <= maxCharacters ? text : text[..maxCharacters];
        }
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            var kept = bytes[..Math.Min(_bytes.Length - _length, bytes.Length)];
            kept.CopyTo(_bytes.AsSpan(_length));
            _length += kept.Length;
        }
    }
}
