using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Warren.Images.Tests.Registry;

/// <summary>A registry on loopback whose every answer the test writes.</summary>
internal sealed class ScriptedRegistry : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ScriptedRegistry(WebApplication app) => _app = app;

    /// <summary>What was asked, in order.</summary>
    public ConcurrentQueue<SeenRequest> Requests { get; } = new();

    /// <summary>Answers a request; set before the first.</summary>
    public Func<HttpContext, Task> Answer { get; set; } = context =>
    {
        context.Response.StatusCode = 404;
        return Task.CompletedTask;
    };

    public Uri Address => new(_app.Urls.Single());

    /// <summary>As it stands in image names.</summary>
    public string Host => $"127.0.0.1:{Address.Port.ToString(CultureInfo.InvariantCulture)}";

    public static async Task<ScriptedRegistry> StartAsync(X509Certificate2? certificate = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen =>
        {
            if (certificate is not null) listen.UseHttps(certificate);
        }));
        if (certificate is not null) builder.WebHost.UseKestrelHttpsConfiguration();
        var app = builder.Build();
        var registry = new ScriptedRegistry(app);
        app.Run(async context =>
        {
            registry.Requests.Enqueue(new(
                context.Request.Method,
                context.Request.Path,
                context.Request.QueryString.Value ?? "",
                context.Request.Headers.Authorization,
                context.Request.Headers.Range,
                context.Request.HasFormContentType ? await context.Request.ReadFormAsync() : null));
            await registry.Answer(context);
        });
        await app.StartAsync();
        return registry;
    }

    /// <summary>Sends a whole answer.</summary>
    public static async Task SendAsync(HttpContext context, byte[] body, string? type = null, int status = 200)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body);
    }

    /// <summary>Sends the beginning of an answer, and then breaks the connection.</summary>
    public static async Task BreakAfterAsync(HttpContext context, byte[] body, int sent)
    {
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body.AsMemory(0, sent));
        await context.Response.Body.FlushAsync();
        context.Abort();
    }

    /// <summary>Sends a blob, or the range of it that was asked for.</summary>
    public static async Task SendRangeAsync(HttpContext context, byte[] blob)
    {
        if (context.Request.GetTypedHeaders().Range?.Ranges.Single().From is not { } from)
        {
            await SendAsync(context, blob);
            return;
        }
        context.Response.Headers.ContentRange = $"bytes {from}-{blob.Length - 1}/{blob.Length}";
        await SendAsync(context, blob[(int)from..], status: 206);
    }

    /// <summary>Sends part of an answer and then nothing more, until the peer leaves.</summary>
    public static async Task StallAfterAsync(HttpContext context, byte[] body, int sent)
    {
        context.Features.Get<IHttpResponseBodyFeature>()!.DisableBuffering();
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body.AsMemory(0, sent));
        await context.Response.Body.FlushAsync();
        await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }
}
