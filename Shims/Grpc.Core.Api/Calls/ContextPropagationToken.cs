namespace Grpc.Core;

/// <summary>Made by a server for <see cref="ContextPropagationOptions"/>; opaque to everybody else.</summary>
public abstract class ContextPropagationToken
{
    private protected ContextPropagationToken()
    {
    }
}
