using System.Reflection;

namespace Orleans.Serialization.Invocation;

/// <summary>One call of a method of a grain interface, as call filters see it.</summary>
public interface IInvokable : IDisposable
{
    /// <summary>Whether the method takes a <see cref="CancellationToken"/>.</summary>
    bool IsCancellable { get; }

    /// <summary>Arguments, without the cancellation token.</summary>
    int GetArgumentCount();

    /// <exception cref="ArgumentOutOfRangeException">There is no such argument.</exception>
    object? GetArgument(int index);

    void SetArgument(int index, object value);

    string GetMethodName();

    string GetInterfaceName();

    /// <summary>The name that traces give to the call: <c>interface/method</c>.</summary>
    string GetActivityName();

    Type GetInterfaceType();

    MethodInfo GetMethod();

    /// <summary>The object on which the call runs; null before <see cref="SetTarget"/>.</summary>
    object? GetTarget();

    void SetTarget(ITargetHolder holder);

    /// <summary>The deadline that the method's own attribute gives; null for the configured default.</summary>
    TimeSpan? GetDefaultResponseTimeout();

    CancellationToken GetCancellationToken();

    /// <summary>Runs the method on the target. The failure of the method is in the response, not thrown.</summary>
    ValueTask<Response> Invoke();
}
