using System.Text;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using Warren.Silo.Api.Access;
using Proto = Warren.V1;

namespace Warren.Silo.Api.Rest;

/// <summary>
/// A stream of answers as server-sent events (<see href="https://html.spec.whatwg.org/multipage/server-sent-events.html"/>), each with its cursor as the id, so that a reader
/// that was cut off goes on by itself. A comment every 15 s keeps the connection open. Output of tasks is plain text for whoever accepts that and no events.
/// </summary>
internal sealed class EventStream(HttpContext http, Operation operation, TimeProvider time) : IAsyncDisposable
{
    private const string Events = "text/event-stream", Plain = "text/plain; charset=utf-8";

    private static readonly TimeSpan s_quiet = TimeSpan.FromSeconds(15);
    private static readonly byte[] s_comment = ": \n\n"u8.ToArray();

    private readonly SemaphoreSlim _writing = new(1);
    private readonly CancellationTokenSource _ended = new();
    private readonly bool _isPlain = operation.Api == "LogApi" && http.Request.Headers.Accept is [{ } accept] && accept.StartsWith("text/plain", StringComparison.OrdinalIgnoreCase);
    private Task? _keeping;

    /// <summary>Sends the head, once.</summary>
    public async Task BeginAsync()
    {
        if (http.Response.HasStarted) return;
        http.Response.ContentType = _isPlain ? Plain : Events;
        http.Response.Headers.CacheControl = "no-cache";

        // What stands between may not keep events back.
        http.Response.Headers["X-Accel-Buffering"] = "no";
        await http.Response.StartAsync(http.RequestAborted);
        await http.Response.Body.FlushAsync(http.RequestAborted);
        if (!_isPlain) _keeping = KeepAsync();
    }

    /// <summary>Sends an answer.</summary>
    public async Task WriteAsync(IMessage message, CancellationToken cancellationToken)
    {
        await BeginAsync();
        await SendAsync(_isPlain ? Line((Proto.LogLine)message) : Event(message), cancellationToken);
    }

    /// <summary>Says that, and why, the stream ends before its end.</summary>
    public Task FailAsync(JsonObject problem) => SendAsync(
        Encoding.UTF8.GetBytes(_isPlain ? $"warren: {problem["detail"]}\n" : $"event: error\ndata: {problem.ToJsonString(RestJson.Options)}\n\n"), http.RequestAborted);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        if (_keeping is not null) await _keeping;
        _ended.Dispose();
        _writing.Dispose();
    }

    private static byte[] Line(Proto.LogLine line)
    {
        var text = new List<byte>(Encoding.UTF8.GetBytes(line.Task + " | "));
        if (line.Notice.Length > 0) text.AddRange(Encoding.UTF8.GetBytes($"[{line.Notice}]"));
        else text.AddRange(line.Text.Span);
        text.Add((byte)'\n');
        return [.. text];
    }

    private byte[] Event(IMessage message)
    {
        var id = operation.Version is { } cursor ? $"id: {FieldPath.TextOf(message, cursor)}\n" : "";
        return Encoding.UTF8.GetBytes($"{id}data: {RestJson.Formatter.Format(message)}\n\n");
    }

    private async Task SendAsync(byte[] bytes, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            await http.Response.Body.WriteAsync(bytes, cancellationToken);
            await http.Response.Body.FlushAsync(cancellationToken);
        }
        finally
        {
            _writing.Release();
        }
    }

    private async Task KeepAsync()
    {
        using var timer = new PeriodicTimer(s_quiet, time);
        try
        {
            while (await timer.WaitForNextTickAsync(_ended.Token)) await SendAsync(s_comment, _ended.Token);
        }
        catch (Exception failure) when (failure is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // The stream has ended, or its reader is gone, which whoever writes to it learns as well.
        }
    }
}
