namespace Orleans.Runtime;

/// <summary>One activation of a grain.</summary>
internal sealed class GrainActivation
{
    public Message? Running { get; private set; }

    public void OnCompleted(Message message, Exception? exception) => Running = exception is null ? null : message;
}
