namespace Warren.Conformance.Storage;

/// <summary>A state that any serializer of any provider can keep.</summary>
[GenerateSerializer]
public sealed class CountState
{
    [Id(0)]
    public int Count { get; set; }

    [Id(1)]
    public string Text { get; set; } = "new";
}
