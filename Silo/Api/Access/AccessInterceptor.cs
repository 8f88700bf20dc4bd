using Google.Protobuf;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Warren.Access;
using Warren.Silo.Api.Errors;

namespace Warren.Silo.Api.Access;

/// <summary>
/// Before every call, whichever way it comes: who it is, whether the table of operations lets them, and if it changes something, the entry in the audit log. The outermost of
/// the interceptors, so that it sees how a call ends.
/// </summary>
internal sealed class AccessInterceptor(Callers callers, AuditTrail audit, ApiMeters meters, TimeProvider time) : Interceptor
{
    // Services of gRPC itself, which say nothing of the cluster.
    private static readonly string[] s_open = ["/grpc.health.v1.Health/", "/grpc.reflection."];

    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) =>
        RunAsync(context, () => Task.FromResult((object)request), () => continuation(request, context), lasts: false);

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation) =>
        RunAsync(context, () => Task.FromResult((object)request), () => DoneAsync(continuation(request, responseStream, context)), lasts: true);

    public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation)
    {
        var peeked = new PeekedStream<TRequest>(requestStream);
        return RunAsync(context, () => peeked.PeekAsync(context.CancellationToken), () => continuation(peeked, context), lasts: true);
    }

    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        var peeked = new PeekedStream<TRequest>(requestStream);
        return RunAsync(context, () => peeked.PeekAsync(context.CancellationToken), () => DoneAsync(continuation(peeked, responseStream, context)), lasts: true);
    }

    private static async Task<bool> DoneAsync(Task task)
    {
        await task;
        return true;
    }

    private static string DetailOf(Operation operation, IMessage request) => string.Join(
        ' ',
        operation.Detail.Select(path => (Path: path, Text: FieldPath.TextOf(request, path))).Where(field => field.Text.Length > 0)
            .Select(field => $"{field.Path[(field.Path.LastIndexOf('.') + 1)..]}={field.Text}"));

    private async Task<T> RunAsync<T>(ServerCallContext context, Func<Task<object>> request, Func<Task<T>> call, bool lasts)
    {
        if (s_open.Any(open => context.Method.StartsWith(open, StringComparison.Ordinal))) return await call();
        var since = time.GetTimestamp();
        var code = StatusCode.OK;
        try
        {
            return await AdmitAsync(context, request, call, lasts);
        }
        catch (RpcException failure)
        {
            code = failure.StatusCode;
            throw;
        }
        finally
        {
            meters.Called(context.Method, code, lasts ? null : time.GetElapsedTime(since));
        }
    }

    private async Task<T> AdmitAsync<T>(ServerCallContext context, Func<Task<object>> request, Func<Task<T>> call, bool lasts)
    {
        var http = context.GetHttpContext();
        var caller = await callers.IdentifyAsync(http);
        if (Operations.Of(context.Method) is not { } operation) throw ApiErrors.Denied($"{context.Method} is in no row of the table of operations, so that nobody may call it");
        await using var life = lasts && caller.Check is { } check ? new TokenLife(check, time) : null;
        if (life is not null) http.Items[typeof(ICallerLife)] = life;
        if (operation.Target is not { } target)
        {
            return Refusal(caller, operation) is { } denied ? throw denied : await call();
        }

        // Of a stream the first message says what it is about.
        var asked = await request() as IMessage;
        var (about, detail) = asked is null ? ("", "") : (FieldPath.Fill(target, asked), DetailOf(operation, asked));
        if (Refusal(caller, operation) is { } refusal)
        {
            await audit.RefuseAsync(caller, operation, about, detail, Word(refusal.StatusCode), refusal.Status.Detail);
            throw refusal;
        }

        var note = audit.Begin(caller, operation, about, detail);
        try
        {
            var answer = await call();
            await audit.EndAsync(note, Word(StatusCode.OK), "");
            return answer;
        }
        catch (RpcException failure)
        {
            await audit.EndAsync(note, Word(failure.StatusCode), failure.Status.Detail);
            throw;
        }
        catch (Exception failure)
        {
            await audit.EndAsync(note, Word(StatusCode.Unknown), failure.GetType().Name);
            throw;
        }
    }

    private static string Word(StatusCode code) => code == StatusCode.OK ? "OK" : System.Text.Json.JsonNamingPolicy.SnakeCaseUpper.ConvertName(code.ToString());

    private RpcException? Refusal(Caller caller, Operation operation)
    {
        if (caller.Role >= operation.Role) return null;
        callers.NoteDenied(caller, operation);
        return ApiErrors.Denied(
            $"{caller.Who} has the role {Text(caller.Role)}, and {operation.Api}/{operation.Method} needs {Text(operation.Role)}; ask an admin for a token of that role");

        static string Text(ApiRole role) => role.ToString().ToLowerInvariant();
    }
}
