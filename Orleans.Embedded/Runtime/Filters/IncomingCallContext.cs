using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Orleans.Serialization.Invocation;

namespace Orleans.Runtime;

/// <summary>An incoming call on its way through the silo's filters and the grain's own.</summary>
internal sealed class IncomingCallContext(GrainActivation activation, Message message, IIncomingGrainCallFilter[] filters)
    : CallContext(message.Request, activation.GrainInstance!, message.Sender, message.Target, filters.Length + (activation.GrainInstance is IIncomingGrainCallFilter ? 1 : 0)),
        IIncomingGrainCallContext
{
    public IGrainContext TargetContext => activation;

    [UnconditionalSuppressMessage("Trimming", "IL2072", Justification = "The methods of a grain interface, and those that implement them, are called and so kept.")]
    [UnconditionalSuppressMessage("Trimming", "IL2075", Justification = "As above.")]
    public MethodInfo ImplementationMethod
    {
        get
        {
            var method = InterfaceMethod;
            var map = activation.GrainInstance!.GetType().GetInterfaceMap(method.DeclaringType!);
            return map.TargetMethods[Array.IndexOf(map.InterfaceMethods, method)];
        }
    }

    protected override Task InvokeFilterAsync(int index) =>
        index < filters.Length ? filters[index].Invoke(this) : ((IIncomingGrainCallFilter)activation.GrainInstance!).Invoke(this);

    protected override ValueTask<Response> InvokeTargetAsync()
    {
        Request.SetTarget(activation);
        return Request.Invoke();
    }
}
