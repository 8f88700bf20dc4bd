using Microsoft.AspNetCore.Http;

namespace Warren.Shims.Tests.Calls;

/// <summary>A request body that counts the bytes read from it: what came over the wire, before decompression.</summary>
internal sealed class CountedBody(Stream inner) : Stream
{
    private static readonly object Key = new();

    private long _length;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => inner.Length;

    public override long Position
    {
        get => inner.Position;
        set => inner.Position = value;
    }

    public static void Wrap(HttpContext context)
    {
        var body = new CountedBody(context.Request.Body);
        context.Request.Body = body;
        context.Items[Key] = body;
    }

    public static long LengthOf(HttpContext context) => ((CountedBody)context.Items[Key]!)._length;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await inner.ReadAsync(buffer, cancellationToken);
        _length += read;
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        var read = inner.Read(buffer, offset, count);
        _length += read;
        return read;
    }

    public override long Seek(long offset, SeekOrigin origin) => inner.Seek(offset, origin);

    public override void SetLength(long value) => inner.SetLength(value);

    public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);

    public override void Flush() => inner.Flush();
}
