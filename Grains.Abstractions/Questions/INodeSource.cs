namespace Warren.Questions;

/// <summary>Has bytes for a node's agent that was asked to take them.</summary>
[Alias("warren.node-source")]
public interface INodeSource : IGrainObserver
{
    /// <summary>The next bytes; none after some seconds without any.</summary>
    [Alias("NextAsync")]
    Task<NodeData> NextAsync();
}
