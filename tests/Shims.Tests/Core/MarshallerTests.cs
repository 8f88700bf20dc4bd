using System.Buffers;
using System.Text;
using Grpc.Core;

namespace Warren.Shims.Tests.Core;

public sealed class MarshallerTests
{
    [Fact]
    public void Marshaller_FromArrays_WorksWithContexts()
    {
        var arrays = Marshallers.Create<string>(Encoding.UTF8.GetBytes, Encoding.UTF8.GetString);
        // Each derived form once: the array form of one marshaller against the context form of the other.
        var contexts = Marshallers.Create(arrays.ContextualSerializer, arrays.ContextualDeserializer);

        contexts.Serializer("größer").ShouldBe(Encoding.UTF8.GetBytes("größer"));
        contexts.Deserializer(Encoding.UTF8.GetBytes("größer")).ShouldBe("größer");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Marshaller_FromBufferWriter_CollectsAllPieces(bool announcesLength)
    {
        var marshaller = Marshallers.Create<byte[]>(
            (message, context) =>
            {
                if (announcesLength)
                    context.SetPayloadLength(message.Length);
                foreach (var value in message)
                    context.GetBufferWriter().Write([value]);
                context.Complete();
            },
            context =>
            {
                context.PayloadLength.ShouldBe(1000);
                return context.PayloadAsReadOnlySequence().ToArray();
            });
        byte[] message = [.. Enumerable.Range(0, 1000).Select(value => (byte)value)];

        marshaller.Serializer(message).ShouldBe(message);
        marshaller.Deserializer(message).ShouldBe(message);
    }

    [Fact]
    public void Marshaller_NothingWritten_IsAnEmptyMessage() =>
        Marshallers.Create<string>((_, context) => context.Complete(), _ => "").Serializer("ignored").ShouldBeEmpty();

    [Fact]
    public void Marshaller_NeverComplete_IsAnError() =>
        Should.Throw<InvalidOperationException>(() => Marshallers.Create<string>((_, _) => { }, _ => "").Serializer("lost"));

    [Fact]
    public void Marshaller_CompleteTwice_IsAnError() =>
        Should.Throw<InvalidOperationException>(() => Marshallers.Create<string>(
            (_, context) =>
            {
                context.Complete([1]);
                context.Complete();
            },
            _ => "").Serializer("twice"));

    [Fact]
    public void StringMarshaller_Text_IsUtf8() => Marshallers.StringMarshaller.Serializer("é").ShouldBe([0xC3, 0xA9]);
}
