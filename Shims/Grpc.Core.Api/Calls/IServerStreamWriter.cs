namespace Grpc.Core;

/// <summary>Sends the responses of a call; the stream ends when the service method returns.</summary>
public interface IServerStreamWriter<in T> : IAsyncStreamWriter<T>;
