using System.Runtime.ExceptionServices;

namespace Orleans.Serialization.Invocation;

/// <summary>The outcome of a call: a result or an exception.</summary>
public abstract class Response : IDisposable
{
    /// <summary>The response of a method that returns nothing.</summary>
    public static Response Completed { get; } = new Response<NoResult>(default);

    public abstract object? Result { get; set; }

    public abstract Exception? Exception { get; set; }

    public static Response FromResult<TResult>(TResult value) => new Response<TResult>(value);

    public static Response FromException(Exception exception) => new Response<NoResult>(default) { Exception = exception };

    /// <summary>The result, or the exception thrown as it was.</summary>
    public T GetResult<T>()
    {
        if (Exception is { } exception) ExceptionDispatchInfo.Throw(exception);
        return this is Response<T> typed ? typed.TypedResult! : (T)Result!;
    }

    public virtual void Dispose()
    {
    }

    public override string ToString() => Exception is { } exception ? exception.ToString() : Result?.ToString() ?? "[null]";
}
