using System.Text;
using Warren.Harness.Clusters;
using Warren.Secrets;
using Warren.TestSupport;
using Warren.TestSupport.Clusters;
using Warren.TestSupport.Processes;

namespace Warren.Trust.Tests;

/// <summary>The key of the key files is changed, and locked by a passphrase, under managers that are real processes.</summary>
public sealed class KeyRotationTests
{
    private static readonly byte[] s_value = "a value that stays what it is"u8.ToArray();

    [Fact]
    public async Task Rotate_OneManagerAway_BothReadTheSecretsAndTheOldKeyEndsWhenTheLastIsBack()
    {
        await using var postgres = await PrivatePostgres.StartNewAsync();
        await using var founded = new FoundedCluster();
        var store = await founded.StartTwoAsync(postgres);
        await founded.Client.Grains.GetGrain<ISecretGrain>("key").ApplyAsync(new() { Name = new("key"), Value = s_value });
        var before = await KeyOfAsync(founded, "m1");

        await founded.KillManagerAsync("m2");
        (await WarrenAsync(founded, "m1", "cluster", "key", "rotate")).ShouldContain("once these have taken it over: m2");
        var after = await KeyOfAsync(founded, "m1");
        after.ShouldNotBe(before);
        (await KeyOfAsync(founded, "m2")).ShouldBe(before);
        var (code, _, refusal) = await Tool.TryAsync(CliProgram.Path, "--host", founded.PathOf("m1.sock"), "cluster", "key", "rotate");
        code.ShouldNotBe(0);
        refusal.ShouldContain("m2 must still take over");

        await founded.StartManagerAsync("m2", founded.Second, founded.SecondJoinPort, store);
        (await KeyOfAsync(founded, "m2")).ShouldBe(after);
        (await WarrenAsync(founded, "m2", "cluster", "key", "rotate")).ShouldContain("the key is ");

        // The one that runs takes over what the other has made.
        await UntilAsync(async () => await KeyOfAsync(founded, "m1") == await KeyOfAsync(founded, "m2"), "m1 has the key that m2 has made");
        await founded.KillManagerAsync("m1");
        await founded.StartManagerAsync("m1", founded.Endpoint, founded.JoinEndpoint.Port, store);
        await using var client = await ClusterClient.ConnectAsync(founded.Endpoint, founded.IdentityOf("m1"));
        (await client.Grains.GetGrain<ISecretGrain>("key").ReadAsync())!.Value.ToArray().ShouldBe(s_value);

        // The key that was given up opens nothing.
        await founded.KillManagerAsync("m1");
        await File.WriteAllTextAsync(PathOfKey(founded, "m1"), before);
        var old = await Tool.TryAsync(
            DaemonProgram.Path, "manager", "--data-dir", founded.PathOf("m1"), "--api-socket", founded.PathOf("m1.sock"), "--store", "postgres", "--postgres-file", founded.PathOf("postgres"));
        old.Code.ShouldBe(2);
        old.Errors.ShouldContain("the key file has the key");
    }

    [Fact]
    public async Task Passphrase_SetWrongAndRemoved_LocksTheKeyFileUntilItGoes()
    {
        await using var founded = new FoundedCluster();
        var (right, wrong) = (await PassphraseAsync(founded, "right", "correct horse battery"), await PassphraseAsync(founded, "wrong", "staple staple"));
        await founded.StartAsync("--passphrase-file", right);
        (await KeyOfAsync(founded, "m1")).ShouldStartWith("warren-key-1 pbkdf2-sha512 ");
        await WarrenAsync(founded, "m1", "cluster", "key", "rotate");
        (await KeyOfAsync(founded, "m1")).ShouldStartWith("warren-key-1 pbkdf2-sha512 ");
        await founded.StopAsync();

        foreach (var (more, message) in new[] { (new[] { "--passphrase-file", wrong }, "does not open the key file"), ([], "is locked by a passphrase") })
        {
            var (code, _, errors) = await Tool.TryAsync(DaemonProgram.Path, ["manager", "--data-dir", founded.PathOf("m1"), "--api-socket", founded.PathOf("m1.sock"), .. more]);
            code.ShouldBe(2);
            errors.ShouldContain(message);
        }

        await founded.StartManagerAsync("m1", founded.Endpoint, founded.JoinEndpoint.Port, "--passphrase-file", right, "--remove-passphrase");
        await founded.StopAsync();
        (await KeyOfAsync(founded, "m1")).Trim().Length.ShouldBe(64);
        await founded.StartManagerAsync("m1", founded.Endpoint, founded.JoinEndpoint.Port);
        var logged = string.Join('\n', founded.Lines);
        logged.ShouldContain("The key file has the key");
        logged.ShouldNotContain("correct horse battery");
    }

    private static async Task UntilAsync(Func<Task<bool>> isSo, string what)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!await isSo())
        {
            if (limit.IsCancellationRequested) throw new TimeoutException($"It did not come to be that {what}.");
            await Task.Delay(TimeSpan.FromMilliseconds(50));
        }
    }

    private static string PathOfKey(FoundedCluster founded, string manager) => Path.Combine(founded.PathOf(manager), "data.key");

    private static Task<string> KeyOfAsync(FoundedCluster founded, string manager) => File.ReadAllTextAsync(PathOfKey(founded, manager));

    private static async Task<string> PassphraseAsync(FoundedCluster founded, string name, string text)
    {
        var path = founded.PathOf(name);
        await File.WriteAllTextAsync(path, text + "\n", Encoding.UTF8);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return path;
    }

    private static async Task<string> WarrenAsync(FoundedCluster founded, string manager, params string[] words)
    {
        var (code, output, errors) = await Tool.TryAsync(CliProgram.Path, ["--host", founded.PathOf(manager + ".sock"), .. words]);
        code.ShouldBe(0, errors);
        return output;
    }
}
