namespace Grpc.Core.Interceptors;

/// <summary>Changes the request headers. It works on a copy: the caller may reuse its own for other calls.</summary>
internal sealed class HeaderInterceptor(Func<Metadata, Metadata> change) : ContextInterceptor
{
    protected override ClientInterceptorContext<TRequest, TResponse> Change<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context)
    {
        var headers = new Metadata();
        foreach (var entry in context.Options.Headers ?? Metadata.Empty)
            headers.Add(entry);
        return new(context.Method, context.Host, context.Options.WithHeaders(change(headers)));
    }
}
