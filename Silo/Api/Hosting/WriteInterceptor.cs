using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Warren.Silo.Api.Hosting;

/// <summary>Gives every call that streams answers a <see cref="PatientWriter{T}"/>.</summary>
internal sealed class WriteInterceptor(TimeProvider time) : Interceptor
{
    public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        using var writer = new PatientWriter<TResponse>(responseStream, time);
        await continuation(request, writer, context);
    }

    public override async Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        using var writer = new PatientWriter<TResponse>(responseStream, time);
        await continuation(requestStream, writer, context);
    }
}
