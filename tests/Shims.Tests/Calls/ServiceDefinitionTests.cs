using Grpc.Core;
using Warren.Shims.Tests.Probe;

namespace Warren.Shims.Tests.Calls;

/// <summary>The other way to offer a service: a definition made in advance instead of a type.</summary>
public sealed class ServiceDefinitionTests : IAsyncLifetime
{
    private readonly ProbeServer _server = new(ServiceSource.Definition);

    public Task InitializeAsync() => _server.InitializeAsync();

    public Task DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Definition_Mapped_ServesEveryShape()
    {
        var client = _server.Client(Transport.UnixSocket);

        (await client.EchoAsync(new Ping { Number = 1 })).Number.ShouldBe(1);

        using var sum = client.Sum();
        await sum.RequestStream.WriteAsync(new Ping { Number = 2 });
        await sum.RequestStream.CompleteAsync();
        (await sum).Number.ShouldBe(2);

        using var count = client.Count(new Ping { Number = 3 });
        (await count.ResponseStream.ReadAllAsync().CountAsync()).ShouldBe(3);

        using var chat = client.Chat();
        await chat.RequestStream.WriteAsync(new Ping { Number = 4 });
        await chat.RequestStream.CompleteAsync();
        (await chat.ResponseStream.ReadAllAsync().Select(pong => pong.Number).ToListAsync()).ShouldBe([4]);
    }

    [Fact]
    public void AddMethod_SameMethodTwice_IsRefused()
    {
        var method = new Method<string, string>(
            MethodType.Unary, "a.Service", "Do", Marshallers.StringMarshaller, Marshallers.StringMarshaller);
        var builder = ServerServiceDefinition.CreateBuilder().AddMethod(method, Handle);

        Should.Throw<ArgumentException>(() => builder.AddMethod(method, Handle)).Message.ShouldContain("/a.Service/Do");

        static Task<string> Handle(string request, ServerCallContext context) => Task.FromResult(request);
    }
}
