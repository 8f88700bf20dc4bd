using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Warren.TestSupport.Certificates;

namespace Warren.Agent.Tests.Health;

/// <summary>A server on loopback that answers as the test says.</summary>
internal sealed class ProbeServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly TestAuthority? _authority;

    private ProbeServer(WebApplication app, TestAuthority? authority) => (_app, _authority) = (app, authority);

    public int Port { get; private set; }

    public static async Task<ProbeServer> StartAsync(RequestDelegate answer, bool https = false, HttpProtocols protocols = HttpProtocols.Http1)
    {
        var authority = https ? TestAuthority.Create() : null;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = protocols;
            if (authority is not null) listen.UseHttps(authority.Issue("somebody.else"));
        }));
        var app = builder.Build();
        app.Run(answer);
        await app.StartAsync();
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return new ProbeServer(app, authority) { Port = new Uri(address).Port };
    }

    public async ValueTask DisposeAsync()
    {
        using (var now = new CancellationTokenSource(TimeSpan.Zero)) await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
        _authority?.Dispose();
    }
}
