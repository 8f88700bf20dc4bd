using System.Reflection;
using Orleans.Runtime;

namespace Orleans.Serialization.Invocation;

/// <summary>
/// One call of one method with its arguments. Generated code derives a sealed class for each method, with a field for each argument.
/// </summary>
public abstract class Request : IInvokable
{
    private object? _target;

    public abstract MethodDescriptor Method { get; }

    /// <summary>The token that the method gets. The sender sets the caller's; the receiver's runtime puts its own in its place.</summary>
    public CancellationToken CancellationToken { get; set; }

    public virtual bool IsCancellable => false;

    public virtual int GetArgumentCount() => 0;

    public virtual object? GetArgument(int index) => throw NoSuchArgument(index);

    public virtual void SetArgument(int index, object value) => throw NoSuchArgument(index);

    public string GetMethodName() => Method.MethodName;

    public string GetInterfaceName() => Method.InterfaceName;

    public string GetActivityName() => Method.ActivityName;

    public Type GetInterfaceType() => Method.InterfaceClass;

    public MethodInfo GetMethod() => Method.Method;

    public object? GetTarget() => _target;

    public void SetTarget(ITargetHolder holder) => _target = holder.GetTarget();

    public TimeSpan? GetDefaultResponseTimeout() => Method.ResponseTimeout;

    public CancellationToken GetCancellationToken() => CancellationToken;

    /// <summary>Writes the arguments as tagged fields: argument i is field i + 1. No end tag.</summary>
    public virtual void WriteArguments(WireWriter writer)
    {
    }

    /// <summary>Reads what <see cref="WriteArguments"/> wrote, up to the end of the input; unknown fields are passed over.</summary>
    public virtual void ReadArguments(ref WireReader reader)
    {
        while (reader.TryReadTag(out _, out var type)) reader.Skip(type);
    }

    public ValueTask<Response> Invoke() => InvokeOn(_target ?? throw new InvalidOperationException("SetTarget comes before Invoke."));

    public virtual void Dispose()
    {
    }

    public override string ToString() => Method.ActivityName;

    /// <summary>Runs the method; a failure is in the response, not thrown.</summary>
    public abstract ValueTask<Response> InvokeOn(object target);

    /// <summary>Runs the method and hands its outcome to <paramref name="message"/>. Does not throw.</summary>
    internal abstract void Run(Message message, object target);

    /// <summary>Hands a response that a filter may have made to <paramref name="message"/>.</summary>
    internal abstract void Complete(Message message, Response response);

    protected static ArgumentOutOfRangeException NoSuchArgument(int index) => new(nameof(index), index, "The method has no such argument.");
}
