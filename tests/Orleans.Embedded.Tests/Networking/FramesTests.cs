using FsCheck;
using FsCheck.Fluent;
using Orleans.Embedded.Tests.Testing;
using Orleans.Runtime.Networking;
using Orleans.Serialization;

namespace Orleans.Embedded.Tests.Networking;

public sealed class FramesTests
{
    private static readonly Gen<byte[][]> s_bodies = ArbMap.Default.ArbFor<byte[]>().Generator.ArrayOf();

    [Fact]
    public void TryRead_FramesInPiecesOfAnySize_ComeOutWholeAndInOrder()
    {
        var manyBodies = 0;
        Sampled.Check(s_bodies, bodies =>
        {
            if (bodies.Length > 3) manyBodies++;
            using var writer = new WireWriter();
            foreach (var body in bodies)
            {
                var frame = Frames.Begin(writer, FrameKind.Control);
                writer.WriteRaw(body);
                Frames.End(writer, frame);
            }

            for (var piece = 1; piece <= Math.Max(1, writer.Length); piece += 1 + (writer.Length / 5))
                ReadInPieces(writer.WrittenSpan, piece).ShouldBe(bodies);
        });
        manyBodies.ShouldBeGreaterThan(50);
    }

    [Fact]
    public void TryRead_PartOfAFrame_SaysHowMuchIsNeeded()
    {
        byte[] frame = [3, 0, 0, 0, (byte)FrameKind.Ping, 1, 2];
        for (var held = 0; held < frame.Length; held++)
        {
            ReadOnlySpan<byte> input = frame.AsSpan(0, held);
            Frames.TryRead(ref input, 100, out _, out _, out var needed).ShouldBeFalse();
            needed.ShouldBe(held < 4 ? 5 : 7);
            input.Length.ShouldBe(held);
        }
    }

    [Theory]
    [InlineData(new byte[] { 0, 0, 0, 0 }, "a frame of no bytes")]
    [InlineData(new byte[] { 101, 0, 0, 0 }, "a frame of 101 bytes, where 100 are allowed")]
    [InlineData(new byte[] { 255, 255, 255, 255 }, "a frame of 4294967295 bytes, where 100 are allowed")]
    public void TryRead_ImpossibleLength_IsRefusedBeforeTheFrameIsThere(byte[] length, string message)
    {
        var exception = Should.Throw<WireFormatException>(() =>
        {
            ReadOnlySpan<byte> input = length;
            Frames.TryRead(ref input, 100, out _, out _, out _);
        });
        exception.Message.ShouldBe(message);
    }

    [Fact]
    public void FrameKind_OfMessages_HasTheNumbersOfMessageKind()
    {
        foreach (var kind in Enum.GetValues<MessageKind>()) ((FrameKind)(byte)kind).ToString().ShouldBe(kind.ToString());
    }

    private static List<byte[]> ReadInPieces(ReadOnlySpan<byte> stream, int piece)
    {
        var found = new List<byte[]>();
        var held = Array.Empty<byte>();
        while (!stream.IsEmpty)
        {
            var size = Math.Min(piece, stream.Length);
            held = [.. held, .. stream[..size]];
            stream = stream[size..];
            ReadOnlySpan<byte> input = held;
            while (Frames.TryRead(ref input, 1 << 20, out _, out var body, out _)) found.Add(body.ToArray());
            held = input.ToArray();
        }

        held.ShouldBeEmpty();
        return found;
    }
}
