using Warren.Silo.Secrets;
using Warren.TestSupport;

namespace Warren.Silo.Tests.Secrets;

public sealed class KeyPassphraseTests : IDisposable
{
    private static readonly Passphrase s_right = Passphrase.Of("correct horse\n", "test"), s_wrong = Passphrase.Of("battery staple", "test");

    private readonly TempFolder _folder = TempFolder.Create("passphrase");

    private string Path => _folder.File("data.key");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_FileWithoutPassphraseAndOneGiven_IsLockedByIt()
    {
        var key = new KeyFile(Path).Load(mayMake: true);
        new KeyFile(Path, s_right).Load(mayMake: false).ShouldBe(key);
        var text = File.ReadAllText(Path);
        text.ShouldStartWith("warren-key-1 pbkdf2-sha512 210000 ");
        text.ShouldNotContain(Convert.ToHexStringLower(key)[..8]);
        File.GetUnixFileMode(Path).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        new KeyFile(Path, s_right).Load(mayMake: false).ShouldBe(key);
        File.ReadAllText(Path).ShouldBe(text);
    }

    [Fact]
    public void Load_WrongOrNoPassphrase_IsRefusedAndTheFileLeftAsItIs()
    {
        new KeyFile(Path, s_right).Load(mayMake: true);
        var text = File.ReadAllText(Path);
        Should.Throw<IOException>(() => new KeyFile(Path, s_wrong).Load(mayMake: false)).Message
            .ShouldBe($"{Path}: the passphrase of --passphrase-file does not open the key file; give the one it was locked with");
        Should.Throw<IOException>(() => new KeyFile(Path, s_wrong, unlocks: true).Load(mayMake: false));
        Should.Throw<IOException>(() => new KeyFile(Path).Load(mayMake: false)).Message
            .ShouldBe($"{Path}: the key file is locked by a passphrase; give it by --passphrase-file");
        File.ReadAllText(Path).ShouldBe(text);
    }

    [Fact]
    public void Load_ToBeUnlocked_IsPlainFromThenOn()
    {
        var key = new KeyFile(Path, s_right).Load(mayMake: true);
        new KeyFile(Path, s_right, unlocks: true).Load(mayMake: false).ShouldBe(key);
        File.ReadAllText(Path).ShouldBe(Convert.ToHexStringLower(key) + "\n");
        new KeyFile(Path).Load(mayMake: false).ShouldBe(key);
    }

    [Fact]
    public void Replace_LockedFile_StaysLocked()
    {
        var file = new KeyFile(Path, s_right);
        file.Load(mayMake: true);
        var next = Enumerable.Range(0, 32).Select(number => (byte)number).ToArray();
        file.Replace(next);
        File.ReadAllText(Path).ShouldStartWith("warren-key-1 ");
        new KeyFile(Path, s_right).Load(mayMake: false).ShouldBe(next);
    }

    [Theory]
    [InlineData("warren-key-1 pbkdf2-sha512 210000 00 00")]
    [InlineData("warren-key-1 pbkdf2-sha512 1 00112233445566778899aabbccddeeff 00")]
    [InlineData("warren-key-1 pbkdf2-sha512 99999999 00112233445566778899aabbccddeeff 00")]
    [InlineData("warren-key-1 scrypt 210000 00112233445566778899aabbccddeeff 00")]
    [InlineData("warren-key-1 pbkdf2-sha512 210000 00112233445566778899aabbccddeefg 00")]
    public void Load_DamagedLockedFile_IsRefused(string text)
    {
        File.WriteAllText(Path, text);
        File.SetUnixFileMode(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Should.Throw<IOException>(() => new KeyFile(Path, s_right).Load(mayMake: false)).Message.ShouldContain("restore the file");
    }

    [Fact]
    public void Read_PassphraseThatOthersCanReadOrThatIsShort_IsRefused()
    {
        var file = _folder.File("passphrase");
        File.WriteAllText(file, "correct horse\n");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.GroupRead);
        Should.Throw<IOException>(() => Passphrase.Read(file, TextReader.Null)).Message.ShouldContain("readable for its owner alone");
        Should.Throw<IOException>(() => Passphrase.Read("-", new StringReader("short\n"))).Message
            .ShouldBe("--passphrase-file: standard input must hold a passphrase of at least 8 bytes, and holds 5");
        Passphrase.Read("-", new StringReader("correct horse\nmore")).Derive(new byte[16], 1, 8).ShouldBe(s_right.Derive(new byte[16], 1, 8));
        s_right.ToString().ShouldBe("***");
    }
}
