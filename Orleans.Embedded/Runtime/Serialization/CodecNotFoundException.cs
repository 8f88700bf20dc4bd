namespace Orleans.Serialization;

/// <summary>A type cannot travel between processes: it lacks <c>[GenerateSerializer]</c> or the other process does not know it.</summary>
[GenerateSerializer]
public sealed class CodecNotFoundException : Runtime.OrleansException
{
    public CodecNotFoundException(string message)
        : base(message)
    {
    }
}
