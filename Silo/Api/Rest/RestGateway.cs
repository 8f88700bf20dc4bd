using System.Buffers;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Warren.Silo.Api.Access;
using Warren.Silo.Api.Endpoints;
using Warren.Silo.Api.Errors;
using Proto = Warren.V1;

namespace Warren.Silo.Api.Rest;

/// <summary>
/// The API as <c>/v1/...</c> with JSON: each route of the table of operations makes the call that gRPC would make, through the same interceptors. What is a stream there is
/// one of server-sent events here.
/// </summary>
internal sealed partial class RestGateway(IServiceProvider services, Callers callers, TimeProvider time, ILogger<RestGateway> log)
{
    /// <summary>The most that a request may have as its body, in bytes; as over gRPC.</summary>
    public const int MaxBody = 4 * 1024 * 1024;

    private const string Json = "application/json";

    private readonly IReadOnlyDictionary<string, GatewayCall> _calls = Bind(services);

    /// <summary>The calls by path on the wire.</summary>
    public IReadOnlyDictionary<string, GatewayCall> Calls => _calls;

    /// <summary>Adds all routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        foreach (var operation in Operations.All)
        {
            foreach (var route in operation.Routes)
                routes.MapMethods(route.Template, [route.Verb], http => HandleAsync(http, operation, route));
        }
    }

    /// <summary>Answers what no route takes.</summary>
    public static async Task ExplainAsync(HttpContext http, RequestDelegate next)
    {
        await next(http);
        if (http.Response.HasStarted || http.Response.StatusCode < StatusCodes.Status400BadRequest || http.Response.ContentType is not null) return;
        var problem = http.Response.StatusCode switch
        {
            StatusCodes.Status404NotFound => Problem.Build(404, "NO_ROUTE", $"there is nothing at {http.Request.Path}; see /openapi/v1.json"),
            StatusCodes.Status405MethodNotAllowed => Problem.Build(
                405, "METHOD", $"{http.Request.Path} does not take {http.Request.Method}, but {http.Response.Headers.Allow}; see /openapi/v1.json"),
            var other => Problem.Build(other, "", ""),
        };
        await Problem.WriteAsync(http, problem);
    }

    private static IReadOnlyDictionary<string, GatewayCall> Bind(IServiceProvider services)
    {
        var binder = new GatewayBinder([services.GetRequiredService<AccessInterceptor>(), services.GetRequiredService<ErrorInterceptor>()]);
        Proto.ServiceApi.BindService(binder, Make<ServiceEndpoint>());
        Proto.TaskApi.BindService(binder, Make<TaskEndpoint>());
        Proto.NodeApi.BindService(binder, Make<NodeEndpoint>());
        Proto.SecretApi.BindService(binder, Make<SecretEndpoint>());
        Proto.ConfigApi.BindService(binder, Make<ConfigEndpoint>());
        Proto.VolumeApi.BindService(binder, Make<VolumeEndpoint>());
        Proto.PlanApi.BindService(binder, Make<PlanEndpoint>());
        Proto.LogApi.BindService(binder, Make<LogEndpoint>());
        Proto.StatsApi.BindService(binder, Make<StatsEndpoint>());
        Proto.ImageApi.BindService(binder, Make<ImageEndpoint>());
        Proto.EventApi.BindService(binder, Make<EventEndpoint>());
        Proto.ClusterApi.BindService(binder, Make<ClusterEndpoint>());
        Proto.AccessApi.BindService(binder, Make<AccessEndpoint>());
        return binder.Calls;

        T Make<T>() => ActivatorUtilities.CreateInstance<T>(services);
    }

    private async Task HandleAsync(HttpContext http, Operation operation, RestRoute route)
    {
        var call = _calls[operation.Path];
        try
        {
            // Before anything that it sent is read: whoever is nobody hears no more than that.
            await callers.IdentifyAsync(http);
            var body = await ReadBodyAsync(http);
            var request = RequestReader.Read(call, route, http.Request, body);
            if (call.Unary is { } unary) await AnswerAsync(http, operation, route, await unary(request, new RestCallContext(http, operation.Path, () => Task.CompletedTask)));
            else await StreamAsync(http, operation, call, request);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // Nobody waits for an answer.
        }
        catch (BadHttpRequestException failure)
        {
            await Problem.WriteAsync(http, Problem.Build(failure.StatusCode, "BODY", failure.Message));
        }
        catch (Exception failure)
        {
            await FailAsync(http, operation, failure);
        }
    }

    private async Task FailAsync(HttpContext http, Operation operation, Exception failure)
    {
        var known = ApiErrors.Of(failure);
        if (known is null) LogFault(failure, operation.Path);
        await Problem.WriteAsync(http, Problem.Of(known ?? ApiErrors.Fault()));
    }

    private static async Task<ReadOnlyMemory<byte>> ReadBodyAsync(HttpContext http)
    {
        if (http.Request.ContentLength > MaxBody) throw TooLarge();
        if (http.Request.ContentType is { } type && !type.StartsWith(Json, StringComparison.OrdinalIgnoreCase) && http.Request.ContentLength is not 0)
            throw new BadHttpRequestException($"the body must be {Json}, was {type}", StatusCodes.Status415UnsupportedMediaType);
        var read = new ArrayBufferWriter<byte>();
        while (true)
        {
            var some = await http.Request.BodyReader.ReadAsync(http.RequestAborted);
            foreach (var segment in some.Buffer) read.Write(segment.Span);
            http.Request.BodyReader.AdvanceTo(some.Buffer.End);
            if (read.WrittenCount > MaxBody) throw TooLarge();
            if (some.IsCompleted) return read.WrittenMemory;
        }

        static BadHttpRequestException TooLarge() => new($"the body must have at most {MaxBody} bytes", StatusCodes.Status413PayloadTooLarge);
    }

    private static Task AnswerAsync(HttpContext http, Operation operation, RestRoute route, IMessage answer)
    {
        var isMade = route.Verb == "POST" && operation.Method.StartsWith("Create", StringComparison.Ordinal);
        http.Response.StatusCode = isMade ? StatusCodes.Status201Created : StatusCodes.Status200OK;
        http.Response.ContentType = Json;
        if (operation.Version is { } version && FieldPath.TextOf(answer, version) is { Length: > 0 } tag) http.Response.Headers.ETag = $"\"{tag}\"";
        return http.Response.WriteAsync(RestJson.Formatter.Format(answer), http.RequestAborted);
    }

    private async Task StreamAsync(HttpContext http, Operation operation, GatewayCall call, IMessage request)
    {
        await using var events = new EventStream(http, operation, time);
        try
        {
            await call.Stream!(request, events.WriteAsync, new RestCallContext(http, operation.Path, events.BeginAsync));
            await events.BeginAsync();
        }
        catch (RpcException failure) when (http.Response.HasStarted)
        {
            await events.FailAsync(Problem.Of(failure));
        }
    }

    [LoggerMessage(LogLevel.Error, "{Method} failed over REST")]
    private partial void LogFault(Exception failure, string method);
}
