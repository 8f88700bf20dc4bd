using System.Reflection;
using Orleans.Runtime;

namespace Orleans;

/// <summary>A call that a grain has received.</summary>
public interface IIncomingGrainCallContext : IGrainCallContext
{
    IGrainContext TargetContext { get; }

    MethodInfo ImplementationMethod { get; }
}
