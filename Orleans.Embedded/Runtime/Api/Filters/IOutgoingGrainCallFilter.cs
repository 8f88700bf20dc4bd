namespace Orleans;

/// <summary>Runs round every outgoing call of the silo or client that it is registered in.</summary>
public interface IOutgoingGrainCallFilter
{
    /// <summary>Goes on with <see cref="IGrainCallContext.Invoke"/>, or sets a result instead.</summary>
    Task Invoke(IOutgoingGrainCallContext context);
}
