using System.Globalization;
using System.Text.Json.Nodes;
using Warren.Api.Tests.Testing;
using Warren.Silo.Api.Access;
using Warren.TestSupport.Processes;
using Proto = Warren.V1;

namespace Warren.Api.Tests.OtherClients;

/// <summary>The API called by programs that are not ours: Debian's grpcio, which compares host names, and curl.</summary>
public sealed class OtherClientTests(ServedManager manager) : IClassFixture<ServedManager>
{
    [Fact]
    public async Task Grpcio_WithACertificate_CallsServicesAndReadsEvents()
    {
        var files = manager.IssueFiles("python");
        var seen = await PythonAsync($"127.0.0.1:{Text(manager.Port)}", files.Certificate, files.Key, "python-certificate");
        seen.ToJsonString().ShouldNotContain("failure");
        seen["reflected"]!.AsArray().Select(name => name!.GetValue<string>()).Where(name => name.StartsWith("warren.v1.", StringComparison.Ordinal))
            .ShouldBe(Operations.All.Select(operation => $"warren.v1.{operation.Api}").Distinct(), ignoreOrder: true);
        seen["same"]!.GetValue<bool>().ShouldBeTrue();
        seen["version"]!.GetValue<int>().ShouldBeGreaterThan(0);
        (seen["refusal"]!.GetValue<string>(), seen["details"]!.GetValue<bool>()).ShouldBe(("INVALID_ARGUMENT", true));
        seen["listed"]!.AsArray().Select(name => name!.GetValue<string>()).ShouldContain("python-certificate");
        seen["subjects"]!.AsArray().Count.ShouldBeGreaterThan(0);
    }

    [Theory]
    [InlineData("operator", null)]
    [InlineData("viewer", "PERMISSION_DENIED")]
    public async Task Grpcio_WithAToken_MayDoWhatItsRoleAllows(string role, string? failure)
    {
        var token = await manager.TokenAsync(role == "viewer" ? Proto.ApiRole.Viewer : Proto.ApiRole.Operator, "python");
        var seen = await PythonAsync($"127.0.0.1:{Text(manager.RestPort)}", "-", "-", $"python-{role}", token);
        seen["failure"]?.GetValue<string>().ShouldBe(failure, seen.ToJsonString());
        (seen["failure"] is null).ShouldBe(failure is null, seen.ToJsonString());
    }

    [Fact]
    public async Task Curl_WithAToken_WritesReadsAndIsRefused()
    {
        string[] asOperator = ["-H", $"Authorization: Bearer {await manager.TokenAsync(Proto.ApiRole.Operator, "curl")}"];
        string[] asViewer = ["-H", $"Authorization: Bearer {await manager.TokenAsync(Proto.ApiRole.Viewer, "curl")}"];
        const string Spec = """{"name":"curl","replicas":0,"container":{"image":"app:1"}}""";
        (await CurlAsync([.. asViewer, "-d", Spec, "-H", "Content-Type: application/json"], "/v1/services")).Status.ShouldBe(403);
        var (status, body) = await CurlAsync([.. asOperator, "-d", Spec, "-H", "Content-Type: application/json"], "/v1/services");
        (status, JsonNode.Parse(body)!["revision"]!["spec"]!["name"]!.GetValue<string>()).ShouldBe((201, "curl"));
        (await CurlAsync(asViewer, "/v1/services/curl")).Status.ShouldBe(200);

        // What happens is in the log a moment after the answer to who brought it about.
        var events = await Asking.UntilAsync(() => CurlAsync([.. asViewer, "-N"], "/v1/events?cursor=0&service=curl"), said => said.Body.Contains("data:", StringComparison.Ordinal));
        events.Body.ShouldContain("\ndata: {");
        (await CurlAsync([.. asOperator, "-X", "DELETE"], "/v1/services/curl")).Status.ShouldBe(200);
        (await CurlAsync([], "/v1/services")).Status.ShouldBe(401);
    }

    [Fact]
    public async Task Curl_OnTheSocket_IsRoot()
    {
        var said = await Tool.RunAsync("curl", "-sS", "--max-time", "30", "--http2-prior-knowledge", "--unix-socket", manager.SocketPath, "http://localhost/v1/cluster");
        JsonNode.Parse(said)!["manager"]!.GetValue<string>().ShouldBe("m1");
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private async Task<(int Status, string Body)> CurlAsync(string[] arguments, string path)
    {
        var said = await Tool.RunAsync(
            "curl", ["-sS", "--max-time", "30", "--cacert", manager.Files.Authority, "-w", "\n%{http_code}", .. arguments, $"https://127.0.0.1:{Text(manager.RestPort)}{path}"]);
        var end = said.LastIndexOf('\n');
        return (int.Parse(said[(end + 1)..], CultureInfo.InvariantCulture), said[..end]);
    }

    private async Task<JsonNode> PythonAsync(string target, string certificate, string key, string service, params string[] token) => JsonNode.Parse(await Tool.RunAsync(
        "/usr/bin/python3", [Path.Combine(AppContext.BaseDirectory, "OtherClients", "api_client.py"), target, manager.Files.Authority, certificate, key, service, .. token]))!;
}
