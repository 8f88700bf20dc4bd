namespace Orleans.Runtime;

/// <summary>Marks requests of an activation to itself, such as timer ticks: they do not move to another activation and pass no filters.</summary>
internal interface ILocalRequest
{
    /// <summary>Whether running it keeps the activation from being idle.</summary>
    bool CountsAsUse { get; }
}
