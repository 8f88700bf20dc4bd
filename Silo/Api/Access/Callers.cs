using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Warren.Access;
using Warren.Security;
using Warren.Silo.Api.Errors;
using Warren.Silo.Authorisation;

namespace Warren.Silo.Api.Access;

/// <summary>
/// Finds out who calls. Whoever shows a token is its holder and no more, also by a certificate or on the socket; without one the certificate counts, and on the
/// socket, which nobody else can open, it is root of the manager's machine.
/// </summary>
internal sealed class Callers(IGrainFactory grains, Refusals refusals)
{
    /// <summary>Marks connections by the socket, among the items of a connection.</summary>
    public static object SocketMark { get; } = new();

    private const string Scheme = "Bearer ";

    /// <summary>Who it is; found out once for a request.</summary>
    /// <exception cref="Grpc.Core.RpcException">It cannot be known, or its token is refused: UNAUTHENTICATED.</exception>
    public async Task<Caller> IdentifyAsync(HttpContext http)
    {
        if (http.Items.TryGetValue(typeof(Caller), out var known)) return (Caller)known!;
        var caller = await FindOutAsync(http);
        http.Items[typeof(Caller)] = caller;
        return caller;
    }

    /// <summary>Counts and logs that a caller may not do something.</summary>
    public void NoteDenied(Caller caller, Operation operation) => refusals.Note($"{caller.Who} from {caller.From}", $"call {operation.Api}/{operation.Method}", "role");

    private async Task<Caller> FindOutAsync(HttpContext http)
    {
        var items = http.Features.Get<IConnectionItemsFeature>()?.Items;
        var isSocket = items?.ContainsKey(SocketMark) == true;
        var from = isSocket ? "socket" : http.Connection.RemoteIpAddress is { IsIPv4MappedToIPv6: true } mapped ? mapped.MapToIPv4().ToString() : $"{http.Connection.RemoteIpAddress}";
        if (http.Request.Headers.Authorization is { Count: > 0 } given) return await OfTokenAsync($"{given}", from);
        if (isSocket) return new("root", ApiRole.Admin, from);
        if (http.Features.Get<ITlsConnectionFeature>()?.ClientCertificate is { } certificate && CertificateSubject.TryRead(certificate, out var subject)
            && subject.Role is CertificateRole.Client or CertificateRole.Manager)
        {
            return new($"{subject.Role.ToString().ToLowerInvariant()} {subject.Name}", ApiRole.Admin, from);
        }

        throw Refuse(from, "there is neither a token nor a certificate: send the header 'Authorization: Bearer TOKEN' with a token of 'warren cluster api-token create', or show a client's certificate");
    }

    private async Task<Caller> OfTokenAsync(string header, string from)
    {
        if (!header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) || !ApiToken.TryParse(header[Scheme.Length..], null, out var token))
            throw Refuse(from, $"the header Authorization must be 'Bearer' and an API token: {ApiToken.Rule}");
        var hash = token.Hash();
        var answer = await CheckAsync();
        return answer.Token is { } record
            ? new($"token {record.Spec.Name} ({record.Id})", record.Spec.Role, from, CheckAsync)
            : throw Refuse(from, answer.Refusal);

        Task<ApiTokenAnswer> CheckAsync() => grains.GetGrain<IApiTokenGrain>(IApiTokenGrain.Key).CheckAsync(token.Id, hash);
    }

    private Grpc.Core.RpcException Refuse(string from, string why)
    {
        refusals.Note($"a caller from {from}", $"use the API ({why})", "api");
        return ApiErrors.Unauthenticated("UNAUTHENTICATED", why);
    }
}
