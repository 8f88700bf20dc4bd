using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;

namespace Warren.Silo.Api.Rest;

/// <summary>A call of the API as the gateway makes it: either <see cref="Unary"/> or <see cref="Stream"/>.</summary>
/// <param name="Request">The message that is asked with.</param>
/// <param name="Response">The message that is answered with.</param>
/// <param name="Unary">Asks and is answered once.</param>
/// <param name="Stream">Asks and is answered by one message after the other.</param>
internal sealed record GatewayCall(
    MessageDescriptor Request,
    MessageDescriptor Response,
    Func<IMessage, ServerCallContext, Task<IMessage>>? Unary,
    Func<IMessage, Func<IMessage, CancellationToken, Task>, ServerCallContext, Task>? Stream);
