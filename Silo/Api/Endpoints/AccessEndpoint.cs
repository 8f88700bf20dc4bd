using System.Globalization;
using Grpc.Core;
using Warren.Access;
using Warren.Silo.Api.Access;
using Warren.Silo.Api.Hosting;
using Warren.Silo.Api.Mapping;
using Proto = Warren.V1;

namespace Warren.Silo.Api.Endpoints;

/// <summary>API tokens and the audit log, for callers.</summary>
internal sealed class AccessEndpoint(IGrainFactory grains, TimeProvider time, ApiLifetime lifetime) : Proto.AccessApi.AccessApiBase
{
    private const int StandardTail = 100, MaxTail = 8_000;

    private IApiTokenGrain Tokens => grains.GetGrain<IApiTokenGrain>(IApiTokenGrain.Key);

    public override async Task<Proto.CreateApiTokenResponse> CreateToken(Proto.CreateApiTokenRequest request, ServerCallContext context)
    {
        var text = await Tokens.CreateAsync(AccessMap.Read(request));
        var id = ApiToken.Parse(text).Id;
        return new() { Token = text, Record = AccessMap.Write((await Tokens.ListAsync()).Single(token => token.Id == id), time.GetUtcNow()) };
    }

    public override async Task<Proto.ListApiTokensResponse> ListTokens(Proto.ListApiTokensRequest request, ServerCallContext context)
    {
        var now = time.GetUtcNow();
        return new() { Tokens = { (await Tokens.ListAsync()).Select(token => AccessMap.Write(token, now)) } };
    }

    public override async Task<Proto.ApiToken> RevokeToken(Proto.RevokeApiTokenRequest request, ServerCallContext context) =>
        AccessMap.Write(await Tokens.RevokeAsync(request.Id), time.GetUtcNow());

    public override async Task ReadAudit(Proto.ReadAuditRequest request, IServerStreamWriter<Proto.AuditEntry> responseStream, ServerCallContext context)
    {
        var wanted = CursorOf(request);
        var log = new AuditReader(grains.GetGrain<IAuditGrain>(IAuditGrain.Key), time);
        using var ending = new CallEnding(context, lifetime);
        try
        {
            // So that a caller who knows that it follows misses nothing from then on.
            var cursor = await log.BeginAsync(wanted);
            await context.WriteResponseHeadersAsync([]);
            await foreach (var entry in log.ReadAsync(cursor, request.Follow, ending.Token))
            {
                if (IsWanted(request, entry)) await responseStream.WriteAsync(AccessMap.Write(entry), ending.Token);
            }
        }
        catch (OperationCanceledException) when (ending.Status is not null)
        {
            throw ending.Status;
        }
    }

    private static long CursorOf(Proto.ReadAuditRequest request)
    {
        var problems = new FieldProblems();
        if (request is { HasCursor: true, Cursor: < 0 })
            problems.Add("cursor", string.Create(CultureInfo.InvariantCulture, $"must be 0 or that of an entry, was {request.Cursor}"));
        if (request is { HasCursor: true, HasTail: true }) problems.Add("tail", "must be left out with cursor");
        if (request is { HasTail: true, Tail: < 0 or > MaxTail }) problems.Add("tail", string.Create(CultureInfo.InvariantCulture, $"must be 0 to {MaxTail}, was {request.Tail}"));
        problems.ThrowIfAny("the request");
        return request.HasCursor ? request.Cursor : request.HasTail ? (request.Tail == 0 ? long.MaxValue : -request.Tail) : -StandardTail;
    }

    private static bool IsWanted(Proto.ReadAuditRequest request, AuditEntry entry) =>
        (!request.HasWho || entry.Who == request.Who) && (!request.HasTarget || entry.Target == request.Target)
        && (request.Since is null || entry.At >= request.Since.ToDateTimeOffset());
}
