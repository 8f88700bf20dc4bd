namespace Orleans.Embedded.Tests.Testing;

/// <summary>Tests that keep the threads of the process from others, whose clocks go on meanwhile. Nothing else runs beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    public const string Name = "alone";
}
