using Orleans.Serialization;

namespace Orleans.Runtime.Networking;

/// <summary>
/// A writer for one frame at a time, kept by each thread. Frames are encoded here and then copied, which keeps the code of codecs out of
/// the connection's gate and tells a frame's size before it is queued.
/// </summary>
internal readonly ref struct ScratchWriter : IDisposable
{
    private const int KeptSize = 128 << 10;

    [ThreadStatic]
    private static WireWriter? s_kept;

    private ScratchWriter(WireWriter writer) => Writer = writer;

    public WireWriter Writer { get; }

    public static ScratchWriter Rent()
    {
        // A codec that sends a message while it writes one gets a writer of its own.
        var writer = s_kept ?? new WireWriter(1024);
        s_kept = null;
        return new ScratchWriter(writer);
    }

    public void Dispose()
    {
        if (Writer.Length > KeptSize || s_kept is not null)
        {
            Writer.Dispose();
            return;
        }

        Writer.Truncate();
        s_kept = Writer;
    }
}
