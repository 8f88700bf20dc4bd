using Google.Protobuf;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Warren.Silo.Api.Rest;

/// <summary>Collects the calls of the API's services with their interceptors around them, so that a call over REST goes the same way as one over gRPC.</summary>
/// <param name="interceptors">The outermost first.</param>
internal sealed class GatewayBinder(IReadOnlyList<Interceptor> interceptors) : ServiceBinderBase
{
    private readonly Dictionary<string, GatewayCall> _calls = new(StringComparer.Ordinal);

    /// <summary>By path on the wire. Calls to which the caller streams have none.</summary>
    public IReadOnlyDictionary<string, GatewayCall> Calls => _calls;

    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler)
    {
        foreach (var interceptor in interceptors.Reverse())
        {
            var inner = handler!;
            handler = (request, context) => interceptor.UnaryServerHandler(request, context, inner);
        }

        var outermost = handler!;
        _calls.Add(method.FullName, new(DescriptorOf<TRequest>(), DescriptorOf<TResponse>(), async (request, context) => (IMessage)await outermost((TRequest)request, context), null));
    }

    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler)
    {
        foreach (var interceptor in interceptors.Reverse())
        {
            var inner = handler!;
            handler = (request, writer, context) => interceptor.ServerStreamingServerHandler(request, writer, context, inner);
        }

        var outermost = handler!;
        _calls.Add(method.FullName, new(
            DescriptorOf<TRequest>(), DescriptorOf<TResponse>(), null, (request, write, context) => outermost((TRequest)request, new Writer<TResponse>(write), context)));
    }

    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse>? handler)
    {
    }

    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler)
    {
    }

    private static Google.Protobuf.Reflection.MessageDescriptor DescriptorOf<T>() => ((IMessage)Activator.CreateInstance<T>()!).Descriptor;

    private sealed class Writer<T>(Func<IMessage, CancellationToken, Task> write) : IServerStreamWriter<T>
    {
        public WriteOptions? WriteOptions { get; set; }

        public Task WriteAsync(T message) => write((IMessage)message!, CancellationToken.None);

        public Task WriteAsync(T message, CancellationToken cancellationToken) => write((IMessage)message!, cancellationToken);
    }
}
