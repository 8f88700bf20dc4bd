using Warren.Cli.Tests.Testing;
using Warren.TestSupport;
using Warren.TestSupport.Certificates;

namespace Warren.Cli.Tests;

/// <summary>Several clusters with their certificates.</summary>
public sealed class ContextTests : IDisposable
{
    private readonly TempFolder _folder = TempFolder.Create("context");
    private readonly TestAuthority _authority = TestAuthority.Create();
    private readonly CertificateFiles _alice;

    public ContextTests() => _alice = _authority.IssueFiles(_folder.Path, "alice", role: "client");

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Contexts_OfTwoClusters_AreListedUsedAndRemoved()
    {
        (await CreateAsync("shop", "10.0.0.1")).Code.ShouldBe(0);
        (await CreateAsync("mast", "10.0.0.2:2400")).Code.ShouldBe(0);
        (await RunAsync("context", "use", "mast")).Code.ShouldBe(0);
        var list = (await RunAsync("context", "list")).Out;
        list.ShouldContain("*  mast  10.0.0.2:2400");
        list.ShouldContain("   shop  10.0.0.1");
        (await RunAsync("context", "list", "-o", "name")).Out.ShouldBe("mast\nshop\n");

        (await RunAsync("context", "use", "--none")).Code.ShouldBe(0);
        (await RunAsync("context", "remove", "mast", "--yes")).Code.ShouldBe(0);
        (await RunAsync("context", "list", "-o", "name")).Out.ShouldBe("shop\n");
        (await RunAsync("context", "use", "mats")).Code.ShouldNotBe(0);
    }

    [Fact]
    public async Task Context_Exported_IsImportedElsewhereTheSame()
    {
        await CreateAsync("shop", "10.0.0.1");
        var file = _folder.File("exported");
        (await RunAsync("context", "export", "shop", file)).Code.ShouldBe(0);
        File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        (await RunAsync("context", "export", "shop", file)).Error.ShouldContain("is there already");
        (await RunAsync("context", "import", "copy", file)).ShouldBe(new(0, "context copy is the cluster at 10.0.0.1\n", ""));
        foreach (var name in new[] { "host", "cert.pem", "key.pem", "ca.pem" })
            (await File.ReadAllTextAsync(PathOf("copy", name))).Trim().ShouldBe((await File.ReadAllTextAsync(PathOf("shop", name))).Trim());
        File.GetUnixFileMode(PathOf("copy", "key.pem")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public async Task Context_WithAKeyOfAnotherCertificate_IsRefusedWithWhatToDo()
    {
        var other = _authority.IssueFiles(_folder.Path, "bob", role: "client");
        var outcome = await RunAsync("--host", "10.0.0.1", "--certificate", _alice.Certificate, "--key", other.Key, "--authority", _alice.Authority, "context", "create", "wrong");
        outcome.Code.ShouldBe(2);
        outcome.Error.ShouldStartWith("Error: the certificate cannot be used: ");
        outcome.Error.ShouldContain("give a certificate and the key that it was made for, both in PEM");
        (await RunAsync("context", "list", "-o", "name")).Out.ShouldBe("");
    }

    [Fact]
    public async Task Context_FromAFileThatIsNoPem_IsRefused()
    {
        var file = _folder.File("none.pem");
        await File.WriteAllTextAsync(file, "nothing");
        var outcome = await RunAsync("--host", "10.0.0.1", "--certificate", file, "--key", _alice.Key, "--authority", _alice.Authority, "context", "create", "wrong");
        (outcome.Code, outcome.Error.Split('\n')[0]).ShouldSatisfyAllConditions(seen => seen.Code.ShouldBe(2), seen => seen.Item2.ShouldStartWith("Error: the certificate cannot be used"));
    }

    private string PathOf(string context, string name) => _folder.File($"warren/contexts/{context}/{name}");

    private Task<Outcome> CreateAsync(string name, string host) =>
        RunAsync("--host", host, "--certificate", _alice.Certificate, "--key", _alice.Key, "--authority", _alice.Authority, "context", "create", name);

    private Task<Outcome> RunAsync(params string[] words) => Outcome.OfAsync(new() { ["XDG_CONFIG_HOME"] = _folder.Path }, words);
}
