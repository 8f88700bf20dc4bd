namespace Orleans;

/// <summary>Runs round every incoming call of the silo or client that it is registered in; a grain class that implements it filters its own calls.</summary>
public interface IIncomingGrainCallFilter
{
    /// <summary>Goes on with <see cref="IGrainCallContext.Invoke"/>, or sets a result instead.</summary>
    Task Invoke(IIncomingGrainCallContext context);
}
