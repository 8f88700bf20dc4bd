using Grpc.Core;
using Warren.Access;
using Warren.Api.Tests.Testing;
using Warren.Silo.Api.Access;
using Proto = Warren.V1;

namespace Warren.Api.Tests.Rest;

/// <summary>Who may make which call, each of them over real HTTP, with tokens of all roles and with none.</summary>
public sealed class RestRoleTests(ServedManager manager) : IClassFixture<ServedManager>
{
    private static readonly Dictionary<ApiRole, Proto.ApiRole> s_roles = new()
    {
        [ApiRole.Viewer] = Proto.ApiRole.Viewer,
        [ApiRole.Operator] = Proto.ApiRole.Operator,
        [ApiRole.Admin] = Proto.ApiRole.Admin,
    };

    public static IEnumerable<object[]> Routes => Operations.All.SelectMany(operation => operation.Routes.Select(route => new object[] { operation.Path, route.Template }));

    [Theory]
    [MemberData(nameof(Routes))]
    internal async Task Route_ByRole_IsOpenToThatRoleAndAbove(string path, string template)
    {
        var operation = Operations.Of(path)!;
        var route = operation.Routes.Single(route => route.Template == template);
        var address = System.Text.RegularExpressions.Regex.Replace(template, @"\{[^}]*\}", "no.1.1");
        foreach (var (role, given) in s_roles)
        {
            using var client = manager.Rest(await manager.TokenAsync(given));
            var status = await StatusAsync(client, route, address);
            if (role < operation.Role) status.ShouldBe(403, $"{role} {route.Verb} {address}");
            else status.ShouldNotBeOneOf([401, 403, 405, 500, 501], $"{role} {route.Verb} {address}");
        }

        using var nobody = manager.Rest();
        (await StatusAsync(nobody, route, address)).ShouldBe(401, $"nobody {route.Verb} {address}");
    }

    [Theory]
    [InlineData("{")]
    [InlineData("""{"nme":"x"}""")]
    public async Task Nobody_WhateverTheBody_HearsThatItIsNobody(string body)
    {
        using var nobody = manager.Rest();
        var reply = await RestReply.OfAsync(nobody, "POST", "/v1/services?colour=red", new StringContent(body, System.Text.Encoding.UTF8, "application/json"));
        (reply.Status, reply.Violations.Count()).ShouldBe((401, 0));
    }

    [Fact]
    public async Task Call_OverGrpcWithAViewersToken_LooksAndDoesNotWrite()
    {
        var headers = new Metadata { { "authorization", "Bearer " + await manager.TokenAsync(Proto.ApiRole.Viewer, "grpc") } };
        var services = new Proto.ServiceApi.ServiceApiClient(manager.ConnectToRest());
        (await services.ListAsync(new(), headers)).ShouldNotBeNull();
        var refusal = await Refusal.OfAsync(() => services.CreateAsync(new() { Spec = new() { Name = "x" } }, headers));
        (refusal.Code, refusal.Reason).ShouldBe((StatusCode.PermissionDenied, "PERMISSION_DENIED"));
        refusal.Message.ShouldContain("has the role viewer, and ServiceApi/Create needs operator; ask an admin for a token of that role");
        (await Refusal.OfAsync(() => services.ListAsync(new()))).Code.ShouldBe(StatusCode.Unauthenticated);
    }

    [Fact]
    public async Task Token_OnTheSocket_IsItsHolderAndNoMore()
    {
        var headers = new Metadata { { "authorization", "Bearer " + await manager.TokenAsync(Proto.ApiRole.Viewer, "socket") } };
        (await Refusal.OfAsync(() => manager.Services.ScaleAsync(new() { Name = "x", Replicas = 1 }, headers))).Code.ShouldBe(StatusCode.PermissionDenied);
    }

    [Fact]
    public async Task Certificate_WithoutAToken_MayDoAll()
    {
        using var certificate = manager.Issue("alice");
        using var client = manager.Rest(certificate: certificate);
        (await RestReply.OfAsync(client, "GET", "/v1/cluster/api-tokens")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Certificate_OfAWorker_IsNotTaken()
    {
        using var certificate = manager.Issue("n1", "worker");
        using var client = manager.Rest(certificate: certificate);
        await Should.ThrowAsync<HttpRequestException>(() => RestReply.OfAsync(client, "GET", "/v1/services"));
    }

    [Theory]
    [InlineData("Basic dXNlcjpwYXNz")]
    [InlineData("Bearer warrenapi1.x.y")]
    [InlineData("Bearer warrenapi1.abcdefgh.abcdefghijkmnpqrstuvwxyz23456789")]
    public async Task Token_ThatIsNone_IsRefusedWithWhatToDo(string header)
    {
        using var client = manager.Rest();
        client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", header);
        var reply = await RestReply.OfAsync(client, "GET", "/v1/services");
        (reply.Status, reply.Type, reply.Headers["WWW-Authenticate"]).ShouldBe((401, "application/problem+json", "Bearer"));
        reply.Body!["detail"]!.GetValue<string>().ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Token_Revoked_IsRefusedAtOnceAndItsStreamEnds()
    {
        var made = await manager.Access.CreateTokenAsync(new() { Name = "revoked", Role = Proto.ApiRole.Viewer });
        using var client = manager.Rest(made.Token);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/events?follow=true");
        using var stream = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        stream.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");

        (await manager.Access.RevokeTokenAsync(new() { Id = made.Record.Id })).State.ShouldBe(Proto.ApiTokenState.Revoked);
        var refused = await RestReply.OfAsync(client, "GET", "/v1/services");
        (refused.Status, refused.Body!["reason"]!.GetValue<string>()).ShouldBe((401, "UNAUTHENTICATED"));
        refused.Body["detail"]!.GetValue<string>().ShouldContain($"the API token {made.Record.Id} was revoked on");

        (await stream.Content.ReadAsStringAsync()).ShouldContain("event: error\ndata: {\"type\":\"about:blank\",\"title\":\"Unauthorized\"");
    }

    private static async Task<int> StatusAsync(HttpClient client, RestRoute route, string address)
    {
        using var request = new HttpRequestMessage(new(route.Verb), address);
        if (route.Body is not null) request.Content = new StringContent("{}", System.Text.Encoding.UTF8, "application/json");
        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return (int)answer.StatusCode;
    }
}
