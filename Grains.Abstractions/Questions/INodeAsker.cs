namespace Warren.Questions;

/// <summary>Takes what a node's agent answers to one question.</summary>
[Alias("warren.node-asker")]
public interface INodeAsker : IGrainObserver
{
    /// <summary>Takes an answer; the next one is sent when this one is answered.</summary>
    /// <returns>Whether more is wanted.</returns>
    [Alias("TakeAsync")]
    Task<bool> TakeAsync(NodeAnswer answer);
}
