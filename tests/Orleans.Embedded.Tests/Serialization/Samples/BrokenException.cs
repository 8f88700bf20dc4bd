namespace Orleans.Embedded.Tests.Serialization.Samples;

/// <summary>Has a member that has no codec.</summary>
[GenerateSerializer]
public sealed class BrokenException() : Exception("broken message")
{
    [Id(0)]
    public object Bad { get; } = new System.Text.StringBuilder();
}
