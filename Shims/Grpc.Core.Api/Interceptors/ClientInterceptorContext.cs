namespace Grpc.Core.Interceptors;

/// <summary>The call that a client interceptor sees.</summary>
public struct ClientInterceptorContext<TRequest, TResponse>
    where TRequest : class
    where TResponse : class
{
    /// <param name="method">The method being called.</param>
    /// <param name="host">The name to call; null for the channel's own.</param>
    /// <param name="options">What the call is made with.</param>
    public ClientInterceptorContext(Method<TRequest, TResponse> method, string? host, CallOptions options)
    {
        Method = method;
        Host = host;
        Options = options;
    }

    /// <summary>The method being called.</summary>
    public Method<TRequest, TResponse> Method { get; }

    /// <summary>The name to call; null for the channel's own.</summary>
    public string? Host { get; }

    /// <summary>What the call is made with.</summary>
    public CallOptions Options { get; }
}
