using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using Warren.Access;
using Warren.Harness.Clusters;
using Warren.TestSupport.Processes;

namespace Warren.Trust.Tests;

/// <summary>Programs that compare host names reach a manager by the names and addresses that it has.</summary>
public sealed class HostNameTests
{
    [Fact]
    public async Task Rest_OfAFoundedCluster_IsReachedByAddressAndGivenNames()
    {
        await using var founded = new FoundedCluster();
        await founded.StartAsync("--host-name", "warren.example", "--certificate-lifetime", "00:00:30");
        var token = await founded.Client.Grains.GetGrain<IApiTokenGrain>(IApiTokenGrain.Key).CreateAsync(new() { Name = "curl", Role = ApiRole.Viewer });
        var (rest, authority) = (founded.RestOf("m1"), founded.IdentityOf("m1").Authority);
        await CurlAsync($"https://{rest}/v1/services", token, authority);
        var port = rest.Port.ToString(CultureInfo.InvariantCulture);
        await CurlAsync($"https://warren.example:{port}/v1/services", token, authority, "--resolve", $"warren.example:{port}:{rest.Address}");
        var other = await Tool.TryAsync("curl", "-sS", "--cacert", authority, "--resolve", $"other.example:{port}:{rest.Address}", $"https://other.example:{port}/healthz");
        other.Code.ShouldBe(60, other.Errors);

        // A renewed certificate has them, too.
        var first = Serial(founded);
        while (Serial(founded) == first) await founded.Manager.ErrorLineAsync("The certificate is renewed", TimeSpan.FromMinutes(1));
        await CurlAsync($"https://{rest}/v1/services", token, authority);
    }

    private static string Serial(FoundedCluster founded)
    {
        using var certificate = X509CertificateLoader.LoadCertificateFromFile(founded.IdentityOf("m1").Certificate);
        return certificate.SerialNumber;
    }

    private static Task<string> CurlAsync(string address, string token, string authority, params string[] more) =>
        Tool.RunAsync("curl", ["-sS", "--fail-with-body", "--max-time", "30", "--cacert", authority, "-H", $"Authorization: Bearer {token}", .. more, address]);
}
