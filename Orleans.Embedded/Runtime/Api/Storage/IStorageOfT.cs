namespace Orleans.Core;

/// <inheritdoc cref="IStorage"/>
public interface IStorage<TState> : IStorage
{
    TState State { get; set; }
}
