using System.Globalization;
using System.Runtime.CompilerServices;
using Grpc.Core;
using Warren.Access;
using Warren.Silo.Api.Hosting;
using Warren.Silo.Api.Mapping;
using Proto = Warren.V1;

namespace Warren.Silo.Api.Endpoints;

/// <summary>API tokens and the audit log, for callers.</summary>
internal sealed class AccessEndpoint(IGrainFactory grains, TimeProvider time, ApiLifetime lifetime) : Proto.AccessApi.AccessApiBase
{
    private const int Batch = 200, StandardTail = 100, MaxTail = 8_000;

    // How often it is looked for entries that are new, while someone follows; and how long one whose result is not known yet holds up those behind it.
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(500), s_patience = TimeSpan.FromSeconds(2);

    private IApiTokenGrain Tokens => grains.GetGrain<IApiTokenGrain>(IApiTokenGrain.Key);

    private IAuditGrain Audit => grains.GetGrain<IAuditGrain>(IAuditGrain.Key);

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
        var cursor = CursorOf(request);
        using var ending = new CallEnding(context, lifetime);
        try
        {
            await context.WriteResponseHeadersAsync([]);
            await foreach (var entry in EntriesAsync(cursor, request.Follow, ending.Token))
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

    private async IAsyncEnumerable<AuditEntry> EntriesAsync(long cursor, bool follows, [EnumeratorCancellation] CancellationToken cancellation)
    {
        // Once and for all: where the last ones begin, or what comes.
        if (cursor == long.MaxValue) cursor = await Audit.ReadAsync(-1, 1) is [var last] ? last.Cursor : 0;
        if (cursor < 0) cursor = await Audit.ReadAsync(cursor, 1) is [var first] ? first.Cursor - 1 : 0;
        while (true)
        {
            var some = await Audit.ReadAsync(cursor, Batch);
            foreach (var entry in some)
            {
                if (follows && entry.Outcome is null && time.GetUtcNow() - entry.At < s_patience) break;
                yield return entry;
                cursor = entry.Cursor;
            }

            if (some.Length == Batch && cursor == some[^1].Cursor) continue;
            if (!follows) yield break;
            await Task.Delay(s_look, time, cancellation);
        }
    }
}
