namespace Grpc.Core;

/// <summary>The call for which an <see cref="AsyncAuthInterceptor"/> runs.</summary>
public class AuthInterceptorContext
{
    /// <param name="serviceUrl">The service being called.</param>
    /// <param name="methodName">The method being called.</param>
    public AuthInterceptorContext(string serviceUrl, string methodName) : this(serviceUrl, methodName, CancellationToken.None)
    {
    }

    /// <param name="serviceUrl">The service being called.</param>
    /// <param name="methodName">The method being called.</param>
    /// <param name="cancellationToken">Cancelled with the call.</param>
    public AuthInterceptorContext(string serviceUrl, string methodName, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(serviceUrl);
        ArgumentNullException.ThrowIfNull(methodName);
        ServiceUrl = serviceUrl;
        MethodName = methodName;
        CancellationToken = cancellationToken;
    }

    /// <summary>The service being called.</summary>
    public string ServiceUrl { get; }

    /// <summary>The method being called.</summary>
    public string MethodName { get; }

    /// <summary>Cancelled with the call.</summary>
    public CancellationToken CancellationToken { get; }
}
