using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Warren.Shims.Tests.Proxy;

/// <summary>A web server on loopback, on a port of its own.</summary>
internal sealed class Backend : IAsyncDisposable
{
    private readonly WebApplication _application;

    private Backend(WebApplication application) => _application = application;

    public string Address { get; private set; } = "";

    public static async Task<Backend> StartAsync(Action<IServiceCollection> services, Action<WebApplication> map)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        services(builder.Services);
        var backend = new Backend(builder.Build());
        map(backend._application);
        await backend._application.StartAsync();
        backend.Address = backend._application.Services.GetRequiredService<IServer>().Features
            .Get<IServerAddressesFeature>()!.Addresses.Single();
        return backend;
    }

    /// <summary>A server that answers every request with <paramref name="name"/>.</summary>
    public static Task<Backend> StartAnsweringAsync(string name) =>
        StartAsync(_ => { }, application => application.Run(context => context.Response.WriteAsync(name)));

    public ValueTask DisposeAsync() => _application.DisposeAsync();
}
