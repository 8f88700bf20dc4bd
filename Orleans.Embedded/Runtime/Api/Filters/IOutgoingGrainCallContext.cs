using Orleans.Runtime;

namespace Orleans;

/// <summary>A call that is about to be sent.</summary>
public interface IOutgoingGrainCallContext : IGrainCallContext
{
    /// <summary>The grain that calls; null outside grains.</summary>
    IGrainContext? SourceContext { get; }
}
