namespace Orleans.Runtime;

/// <summary>Finds the grain type that implements an interface.</summary>
internal interface IGrainTypeResolver
{
    /// <exception cref="ArgumentException">None or several do; the message says which and what to do.</exception>
    GrainType Resolve(Type interfaceClass, GrainInterfaceType interfaceType, string? classNamePrefix);
}
