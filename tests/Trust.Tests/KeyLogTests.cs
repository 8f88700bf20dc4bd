using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Warren.Clusters;
using Warren.Harness.Clusters;
using Warren.Hosting.Security;
using Warren.Nodes;
using Warren.Secrets;
using Warren.Services;
using Warren.TestSupport;
using Warren.TestSupport.Clusters;
using Warren.TestSupport.Processes;

namespace Warren.Trust.Tests;

/// <summary>What managers and workers log at their most verbose, while all is done with keys that can be done with them.</summary>
public sealed partial class KeyLogTests
{
    private const string Passphrase = "cobalt-3195-meadow-trumpet", First = "saffron-8842-lighthouse", Second = "juniper-5507-carousel";
    private const UnixFileMode OwnFile = UnixFileMode.UserRead | UnixFileMode.UserWrite, OwnFolder = OwnFile | UnixFileMode.UserExecute;

    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(2);
    private static readonly ServiceName s_name = new("user");

    private readonly Dictionary<string, byte[]> _values = [];

    [Fact]
    public async Task Logs_MostVerboseThroughTheLifeOfAllKeys_HoldNoneOfThemAndNoSecret()
    {
        await using var postgres = await PrivatePostgres.StartNewAsync();
        await using var founded = new FoundedCluster { LogLevel = "Trace" };
        await using var memory = new MemoryFolders(founded.PathOf("n1-run"));
        Add("the passphrase", Passphrase);
        Add("the first value", First);
        Add("the second value", Second);

        // Found, join, and renew.
        var more = await founded.StartTwoAsync(postgres, "--certificate-lifetime", "00:00:40");
        var database = DatabaseName().Match(await File.ReadAllTextAsync(founded.PathOf("postgres"))).Groups[1].Value;
        foreach (var line in await File.ReadAllLinesAsync(Path.Combine(founded.PathOf("m1"), "identity", "join-tokens"))) AddToken(line);
        var token = await founded.Cluster.CreateTokenAsync(new() { Role = NodeRole.Worker });
        AddToken(token);
        var guessed = token.Replace(JoinToken.Parse(token).Secret, JoinToken.Create(new string('0', 64)).Secret, StringComparison.Ordinal);
        AddToken(guessed);
        await using (var refused = founded.StartWorker("n2", guessed)) (await refused.WaitForExitAsync(s_limit)).ShouldBe(2);
        await using var worker = founded.StartWorker("n1", token);
        await founded.Client.UntilReadyAsync(new("n1"));
        foreach (var name in new[] { "m1", "m2", "n1", "n2" }) AddKey("the key of " + name, await File.ReadAllTextAsync(founded.IdentityOf(name).Key));
        await AddStoredKeysAsync(founded, postgres, database, "before");

        // A secret that a task has and gets anew, and a client that comes and goes.
        await WarrenAsync(founded, "secret", "create", "key", await FileAsync(founded, First));
        await founded.Client.Service(s_name).ApplyAsync(new()
        {
            Name = s_name,
            Container = new() { Image = "registry.example/app:1" },
            Replicas = 1,
            Secrets = [new() { Secret = new("key"), OnChange = ReferencePolicy.Rollout }],
        });
        await founded.Client.UntilRunningAsync(s_name, 1);
        await WarrenAsync(founded, "secret", "update", "key", await FileAsync(founded, Second));
        await founded.Client.UntilAsync(s_name, status => status.Tasks.Any(task => task.SpecVersion == 2 && task.Observed.State == Tasks.TaskState.Running), "the changed secret is used");
        var context = founded.PathOf("config/warren/contexts/alice");
        await WarrenAsync(founded, "cluster", "certificate", "alice", context, "--address", founded.ApiOf("m1").ToString());
        foreach (var file in Directory.EnumerateFiles(context).Where(file => File.ReadAllText(file).Contains("PRIVATE KEY", StringComparison.Ordinal)))
            AddKey("the key of alice", await File.ReadAllTextAsync(file));
        await WarrenAsync(founded, "cluster", "certificate", "revoke", (await founded.Cluster.ListCertificatesAsync()).Single(one => one.Name == "alice").Serial!, "--yes");
        await ClusterClient.UntilAsync(() => Task.FromResult(founded.Lines.Count(line => line.Contains("The certificate is renewed", StringComparison.Ordinal))), count => count >= 3, "all have renewed", s_limit);

        // Both kinds of rotation, and a passphrase.
        await founded.Cluster.RotateAuthorityAsync();
        await ClusterClient.UntilAsync(founded.Cluster.GetAuthorityAsync, authority => authority.Step is null, "the authority is rotated", s_limit);
        await WarrenAsync(founded, "cluster", "key", "rotate");
        await ClusterClient.UntilAsync(async () => await KeyFileOfAsync(founded, "m1") == await KeyFileOfAsync(founded, "m2"), same => same, "both have the new key", s_limit);
        await AddStoredKeysAsync(founded, postgres, database, "after");
        await founded.KillManagerAsync("m2");
        await founded.StartManagerAsync("m2", founded.Second, founded.SecondJoinPort, [.. more, "--passphrase-file", await FileAsync(founded, Passphrase)]);
        (await KeyFileOfAsync(founded, "m2")).ShouldNotBe(await KeyFileOfAsync(founded, "m1"));
        ShouldBeForTheirOwnerAlone(founded);
        await founded.Cluster.RevokeCertificateAsync((await File.ReadAllTextAsync(Path.Combine(founded.PathOf("m2"), "identity", "node-id"))).Trim());
        (await founded.ManagerOf("m2").WaitForExitAsync(s_limit)).ShouldBe(3);

        ShouldHoldNone(founded.Lines);
    }

    private void ShouldHoldNone(IEnumerable<string> lines)
    {
        var text = string.Join('\n', lines);
        var logs = new[] { (Name: "the logs", Bytes: Encoding.UTF8.GetBytes(text)) };

        // It is verbose indeed, and what would be there is found.
        text.ShouldContain("dbug: ");
        text.ShouldContain("Orleans.Runtime");
        _values.Count.ShouldBeGreaterThanOrEqualTo(20, string.Join(", ", _values.Keys));
        foreach (var (name, value) in _values)
        {
            foreach (var planted in new[] { Convert.ToBase64String([1, .. value, 2, 3]), Convert.ToHexStringLower(value), Encoding.Latin1.GetString(value) })
                ValueSearch.Holders([(name, Encoding.Latin1.GetBytes($"dbug: {planted} is it"))], value).ShouldBe([name]);
        }

        _values.Where(value => ValueSearch.Holders(logs, value.Value).Length > 0).Select(value => value.Key).ShouldBeEmpty();
        text.ShouldNotContain("PRIVATE KEY");
        FullToken().Matches(text).Select(match => match.Value[..16]).ShouldBeEmpty();

        // The beginnings of PKCS #8 on P-256 and P-384, whosever key it is.
        foreach (var beginning in new[] { "MIGHAgEAMBMGByqGSM49", "MIG2AgEAMBAGByqGSM49", "3081870201003013", "3081b60201003010" }) text.ShouldNotContain(beginning, Case.Insensitive);
    }

    private static void ShouldBeForTheirOwnerAlone(FoundedCluster founded)
    {
        string[] names = ["m1", "m2", "n1"];
        string[] files =
        [
            .. names.SelectMany(name => Directory.EnumerateFiles(Path.Combine(founded.PathOf(name), "identity"))),
            .. names.Select(name => Path.Combine(founded.PathOf(name), "data.key")).Where(File.Exists),
            Path.Combine(founded.PathOf("config/warren/contexts/alice"), "key.pem"),
        ];
        files.Count(file => file.EndsWith("node.key", StringComparison.Ordinal)).ShouldBe(3);
        files.Count(file => file.EndsWith("data.key", StringComparison.Ordinal)).ShouldBe(2);
        files.Where(file => File.GetUnixFileMode(file) != OwnFile).ShouldBeEmpty();
        string[] folders = [.. names.SelectMany(name => new[] { founded.PathOf(name), Path.Combine(founded.PathOf(name), "identity") }), founded.PathOf("config/warren/contexts/alice")];
        folders.Where(folder => File.GetUnixFileMode(folder) != OwnFolder).ShouldBeEmpty();
    }

    private void Add(string name, string value) => _values[name] = Encoding.UTF8.GetBytes(value);

    private void AddToken(string line) => Add($"the token {_values.Count}", JoinToken.Parse(line.Split(' ')[^1]).Secret);

    private void AddKey(string name, string pem)
    {
        using var key = ECDsa.Create();
        key.ImportFromPem(pem);
        AddKey(name, key);
    }

    // The number in which it is, all of its bytes, and each line of its PEM.
    private void AddKey(string name, ECDsa key)
    {
        _values[name] = key.ExportParameters(includePrivateParameters: true).D!;
        _values[name + ", PKCS #8"] = key.ExportPkcs8PrivateKey();
        foreach (var (line, index) in key.ExportPkcs8PrivateKeyPem().Split('\n')[1..^1].Select((line, index) => (line, index))) Add($"{name}, line {index}", line);
    }

    /// <summary>The keys of the key files, the data key that they open, and the authority's key that that one opens.</summary>
    private async Task AddStoredKeysAsync(FoundedCluster founded, PrivatePostgres postgres, string database, string when)
    {
        var fileKey = Convert.FromHexString((await KeyFileOfAsync(founded, "m1")).Trim());
        _values["the key of the key file " + when] = fileKey;
        var cluster = (await founded.Cluster.GetAsync())!.Id;
        using var ring = await StateAsync("cluster-keys");

        // Until all managers have said that they have it, the old key opens it as well.
        var dataKey = ring.RootElement.GetProperty("Wrapped").EnumerateArray()
            .Select(wrapped => new ValueSealer(fileKey).Open(wrapped.GetProperty("Sealed").GetBytesFromBase64(), 1, cluster, "data key", wrapped.GetProperty("Key").GetString()!))
            .FirstOrDefault(opened => opened is not null);
        _values["the data key"] = dataKey.ShouldNotBeNull();
        using var state = await StateAsync("cluster");
        var number = (state.RootElement.TryGetProperty("Rotations", out var rotations) ? rotations.GetInt64() : 0) + 1;
        using var authority = ECDsa.Create();
        authority.ImportPkcs8PrivateKey(new ValueSealer(dataKey).Open(state.RootElement.GetProperty("SealedKey").GetBytesFromBase64(), number, cluster, "key", "authority").ShouldNotBeNull(), out _);
        AddKey("the authority's key " + when, authority);

        async Task<JsonDocument> StateAsync(string type) => JsonDocument.Parse((string)(await postgres.QueryAsync($"SELECT payload FROM warren_state WHERE grain_type = '{type}'", database))!);
    }

    private static Task<string> KeyFileOfAsync(FoundedCluster founded, string manager) => File.ReadAllTextAsync(Path.Combine(founded.PathOf(manager), "data.key"));

    private static async Task<string> FileAsync(FoundedCluster founded, string text)
    {
        var path = founded.PathOf("given");
        await File.WriteAllTextAsync(path, text);
        File.SetUnixFileMode(path, OwnFile);
        return path;
    }

    private static async Task WarrenAsync(FoundedCluster founded, params string[] words)
    {
        var (code, _, errors) = await Tool.TryAsync(CliProgram.Path, ["--host", founded.PathOf("m1.sock"), .. words]);
        code.ShouldBe(0, errors);
    }

    [GeneratedRegex("Database=(\\w+)")]
    private static partial Regex DatabaseName();

    [GeneratedRegex(@"warren1\.[0-9a-z]+\.[0-9a-z]+\.[0-9a-z]+", RegexOptions.IgnoreCase)]
    private static partial Regex FullToken();
}
