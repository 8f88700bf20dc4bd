using Orleans.CodeGeneration;
using Orleans.Serialization.Invocation;

namespace Orleans.Embedded.Tests.Messaging;

public class MessageQueueTests
{
    [Fact]
    public void Dequeue_SeveralWaiting_FirstInFirstOut()
    {
        var (queue, messages) = Filled(3);

        queue.Dequeue().ShouldBeSameAs(messages[0]);
        queue.Dequeue().ShouldBeSameAs(messages[1]);
        queue.Dequeue().ShouldBeSameAs(messages[2]);
        queue.Dequeue().ShouldBeNull();
        queue.Count.ShouldBe(0);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Remove_FromAnyPlace_KeepsTheOrderOfTheRest(int place)
    {
        var (queue, messages) = Filled(3);

        queue.Remove(messages[place]).ShouldBeTrue();

        queue.Count.ShouldBe(2);
        var added = Message();
        queue.Enqueue(added);
        var expected = messages.Where((_, index) => index != place).Append(added).ToList();
        foreach (var message in expected) queue.Dequeue().ShouldBeSameAs(message);
    }

    [Fact]
    public void Remove_NotInTheQueue_ChangesNothing()
    {
        var (queue, _) = Filled(2);

        queue.Remove(Message()).ShouldBeFalse();

        queue.Count.ShouldBe(2);
    }

    [Fact]
    public void RemoveWhere_SomeMatch_TakesThemInOrderAndKeepsTheRest()
    {
        var (queue, messages) = Filled(4);

        var removed = queue.RemoveWhere(message => message.CallId % 2 == 0);

        removed.ShouldBe([messages[0], messages[2]]);
        queue.Dequeue().ShouldBeSameAs(messages[1]);
        queue.Dequeue().ShouldBeSameAs(messages[3]);
    }

    private static (MessageQueue Queue, List<Message> Messages) Filled(int count)
    {
        var queue = default(MessageQueue);
        var messages = Enumerable.Range(0, count).Select(id => Message(id)).ToList();
        foreach (var message in messages) queue.Enqueue(message);
        return (queue, messages);
    }

    private static Message Message(long id = 99) => new() { CallId = id, Target = GrainId.Create("test", "one"), Request = new NothingRequest() };

    private sealed class NothingRequest : Request<NoResult>
    {
        private static readonly MethodDescriptor Descriptor =
            new(1, typeof(IGrain), GrainInterfaceType.Create("test"), "Nothing", [], InvokeMethodOptions.None, null);

        public override MethodDescriptor Method => Descriptor;

        public override ValueTask<NoResult> InvokeMethod(object target) => default;
    }
}
