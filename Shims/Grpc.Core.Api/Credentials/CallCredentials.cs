namespace Grpc.Core;

/// <summary>What proves the caller, sent with each call.</summary>
public abstract class CallCredentials
{
    /// <summary>Several at once; all of them add their headers, in order. Compositions within are laid out flat.</summary>
    /// <exception cref="ArgumentException">Fewer than two.</exception>
    public static CallCredentials Compose(params CallCredentials[] credentials)
    {
        ArgumentNullException.ThrowIfNull(credentials);
        return new CompositeCallCredentials(credentials);
    }

    /// <summary>Credentials that <paramref name="interceptor"/> puts into the headers.</summary>
    public static CallCredentials FromInterceptor(AsyncAuthInterceptor interceptor)
    {
        ArgumentNullException.ThrowIfNull(interceptor);
        return new InterceptorCallCredentials(interceptor);
    }

    /// <summary>Hands the credentials to a gRPC implementation; not for callers.</summary>
    public abstract void InternalPopulateConfiguration(CallCredentialsConfiguratorBase configurator, object? state);
}
