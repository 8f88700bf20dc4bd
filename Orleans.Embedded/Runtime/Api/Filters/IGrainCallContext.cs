using System.Reflection;
using Orleans.Runtime;
using Orleans.Serialization.Invocation;

namespace Orleans;

/// <summary>A call as a filter sees it.</summary>
public interface IGrainCallContext
{
    IInvokable Request { get; }

    /// <summary>The grain that is called: the instance for incoming calls, the reference for outgoing ones.</summary>
    object Grain { get; }

    /// <summary>Who calls; null when it is no grain.</summary>
    GrainId? SourceId { get; }

    GrainId TargetId { get; }

    GrainInterfaceType InterfaceType { get; }

    string InterfaceName { get; }

    string MethodName { get; }

    MethodInfo InterfaceMethod { get; }

    /// <summary>The result after <see cref="Invoke"/>; may be replaced.</summary>
    object? Result { get; set; }

    /// <summary>The outcome after <see cref="Invoke"/>; may be replaced.</summary>
    Response? Response { get; set; }

    /// <summary>Runs the next filter, in the end the method itself. Throws what the method throws.</summary>
    Task Invoke();
}
