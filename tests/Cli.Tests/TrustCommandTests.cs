using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf.WellKnownTypes;
using Warren.Cli.Tests.Testing;
using Warren.TestSupport;
using Warren.V1;

namespace Warren.Cli.Tests;

/// <summary>Join tokens and certificates.</summary>
public sealed class TrustCommandTests : IAsyncLifetime
{
    private ScriptedManager _manager = null!;

    public async System.Threading.Tasks.Task InitializeAsync()
    {
        _manager = await ScriptedManager.StartAsync();
        _manager.Tokens.Add(new()
        {
            Id = "aaaaaaaa",
            Role = NodeRole.Worker,
            State = JoinTokenState.Usable,
            CreatedAt = ScriptedManager.Ago(300),
            ExpiresAt = ScriptedManager.Ago(-86_100),
            Uses = 1,
            MaxUses = 3,
        });
        _manager.Tokens.Add(new() { Id = "bbbbbbbb", Role = NodeRole.Manager, State = JoinTokenState.UsedUp, CreatedAt = ScriptedManager.Ago(90_000), Uses = 7 });
    }

    public async System.Threading.Tasks.Task DisposeAsync() => await _manager.DisposeAsync();

    [Theory]
    [InlineData("join-token-list", "list")]
    [InlineData("join-token-create", "create", "--uses", "3")]
    [InlineData("join-token-rotate", "rotate", "bbbbbbbb")]
    [InlineData("join-token-revoke", "revoke", "aaaaaaaa", "cccccccc")]
    [InlineData("join-token-wrong", "create", "--role", "wroker")]
    public async System.Threading.Tasks.Task JoinToken_Verb_ShowsTheGoldenOutput(string golden, params string[] words) =>
        (await _manager.RunAsync(["cluster", "join-token", .. words])).ShouldBeGolden(golden);

    [Theory]
    [InlineData("certificate-list", "certificate", "list")]
    [InlineData("certificate-revoke", "certificate", "revoke", "A1B2", "FFFF")]
    [InlineData("ca-inspect", "ca", "inspect")]
    [InlineData("ca-rotate", "ca", "rotate")]
    [InlineData("ca-leave-behind", "ca", "leave-behind", "--step", "trusting")]
    [InlineData("ca-leave-behind-wrong", "ca", "leave-behind", "--step", "reissuing")]
    public async System.Threading.Tasks.Task Trust_Verb_ShowsTheGoldenOutput(string golden, params string[] words)
    {
        _manager.Certificates.Add(new() { Role = "client", Name = "ops", Serial = "A1B2", IssuedAt = ScriptedManager.Ago(300), EndsAt = ScriptedManager.Ago(-86_100) });
        _manager.Certificates.Add(new() { Role = "manager", Name = "m1", IssuedAt = ScriptedManager.Ago(90_000), RevokedAt = ScriptedManager.Ago(60) });
        _manager.Authority = new()
        {
            Digest = new('a', 64),
            EndsAt = ScriptedManager.Ago(-86_400 * 100),
            Step = RotationStep.Trusting,
            Next = new('b', 64),
            StartedAt = ScriptedManager.Ago(120),
            Missing = { "n1", "n2" },
            Done = 3,
        };
        (await _manager.RunAsync(["cluster", .. words])).ShouldBeGolden(golden);
    }

    [Fact]
    public async System.Threading.Tasks.Task JoinToken_Created_IsForWhatWasTyped()
    {
        var outcome = await _manager.RunAsync("-q", "cluster", "join-token", "create", "--role", "manager", "--expires", "never");
        (outcome.Code, outcome.Out, outcome.Error).ShouldBe((0, "warren1.secret\n", ""));
        await _manager.RunAsync("cluster", "join-token", "create", "--expires", "90m", "--uses", "2");
        var asked = _manager.Asked.OfType<CreateJoinTokenRequest>().ToList();
        asked[0].ShouldBe(new() { Role = NodeRole.Manager, NeverExpires = true });
        asked[1].ShouldBe(new() { Role = NodeRole.Worker, Lifetime = Duration.FromTimeSpan(TimeSpan.FromMinutes(90)), MaxUses = 2 });
    }

    [Theory]
    [InlineData("the key is bbbb once these have taken it over: m2, m3\n", "rotate")]
    [InlineData("the key is bbbb, and all managers have it\n", "retire", "--yes")]
    public async System.Threading.Tasks.Task Key_Verb_TellsWhoIsMissing(string said, params string[] words)
    {
        var outcome = await _manager.RunAsync(["cluster", "key", .. words]);
        (outcome.Code, outcome.Out, outcome.Error).ShouldBe((0, said, ""));
    }

    [Fact]
    public async System.Threading.Tasks.Task Certificate_Given_IsAFolderThatItsOwnerAloneReadsWithTheKeyThatWasSigned()
    {
        using var home = TempFolder.Create("certificate");
        var folder = home.File("ops");
        var outcome = await _manager.RunAsync("cluster", "certificate", "ops", folder, "--address", "10.0.0.1", "--expires", "2h");
        (outcome.Code, outcome.Out).ShouldBe((0, $"{folder} has a certificate for ops, good until 2026-03-01 13:00Z\n"));
        new DirectoryInfo(folder).GetFiles().Select(file => (file.Name, file.UnixFileMode)).Order()
            .ShouldBe(new[] { "ca.pem", "cert.pem", "host", "key.pem" }.Select(name => (name, UnixFileMode.UserRead | UnixFileMode.UserWrite)));
        (await File.ReadAllTextAsync(Path.Combine(folder, "host"))).ShouldBe("10.0.0.1\n");
        var request = _manager.Asked.OfType<IssueCertificateRequest>().ShouldHaveSingleItem();
        (request.Name, request.Lifetime.ToTimeSpan()).ShouldBe(("ops", TimeSpan.FromHours(2)));
        using var key = ECDsa.Create();
        key.ImportFromPem(await File.ReadAllTextAsync(Path.Combine(folder, "key.pem")));
        CertificateRequest.LoadSigningRequest(request.SigningRequest.ToByteArray(), HashAlgorithmName.SHA256).PublicKey.ExportSubjectPublicKeyInfo()
            .ShouldBe(key.ExportSubjectPublicKeyInfo());

        (await _manager.RunAsync("cluster", "certificate", "ops", folder, "--address", "10.0.0.1")).Code.ShouldBe(6);
        _manager.Asked.OfType<IssueCertificateRequest>().Count().ShouldBe(1);
    }
}
