using Warren.Silo.Secrets;
using Warren.TestSupport;

namespace Warren.Silo.Tests.Secrets;

public sealed class KeyFileTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const string Digits = "000102030405060708090a0b0c0d0e0f101112131415161718191A1B1C1D1E1F";

    private readonly TempFolder _folder = TempFolder.Create("key");

    private string Path => _folder.File("data.key");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_NoFile_MakesOneForItsOwnerAlone()
    {
        var key = new KeyFile(Path).Load(mayMake: true);
        key.Length.ShouldBe(32);
        File.GetUnixFileMode(Path).ShouldBe(OwnerOnly);
        new KeyFile(Path).Load(mayMake: false).ShouldBe(key);
        Directory.GetFiles(_folder.Path).ShouldBe([Path]);
        new KeyFile(_folder.File("other.key")).Load(mayMake: true).ShouldNotBe(key);
    }

    [Fact]
    public void Load_NoFileAndNoneMayBeMade_SaysWhereToGetOne()
    {
        Should.Throw<IOException>(() => new KeyFile(Path).Load(mayMake: false)).Message.ShouldBe(
            $"{Path}: there is no key file; copy it from another manager, or make one for a new cluster: openssl rand -hex 32");
        Directory.GetFiles(_folder.Path).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.GroupWrite)]
    [InlineData(UnixFileMode.UserExecute)]
    public void Load_OthersMayReadOrChangeIt_IsRefused(UnixFileMode more)
    {
        Write(Digits + "\n", OwnerOnly | more);
        Should.Throw<IOException>(() => new KeyFile(Path).Load(mayMake: true)).Message
            .ShouldBe($"{Path}: the key file must be readable for its owner alone; do: chmod 600 {Path}");
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("000102")]
    [InlineData("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e")]
    [InlineData("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1")]
    [InlineData("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1g")]
    [InlineData("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20")]
    public void Load_NoWholeKey_IsRefusedAndLeftAsItIs(string text)
    {
        Write(text, OwnerOnly);
        Should.Throw<IOException>(() => new KeyFile(Path).Load(mayMake: true)).Message.ShouldBe(
            $"{Path}: must hold 64 hexadecimal digits, which it does not; restore the file, since secrets cannot be read without it");
        File.ReadAllText(Path).ShouldBe(text);
    }

    [Theory]
    [InlineData(Digits)]
    [InlineData(Digits + "\n")]
    [InlineData(" " + Digits + " \r\n")]
    public void Load_KeyMadeByHand_IsRead(string text)
    {
        Write(text, OwnerOnly);
        new KeyFile(Path).Load(mayMake: false).ShouldBe(Enumerable.Range(0, 32).Select(number => (byte)number));
    }

    [Fact]
    public async Task Load_ManyManagersAtOnce_HaveOneKey()
    {
        var keys = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => new KeyFile(Path).Load(mayMake: true))));
        keys.Select(Convert.ToHexString).Distinct().Count().ShouldBe(1);
        Directory.GetFiles(_folder.Path).ShouldBe([Path]);
    }

    [Fact]
    public void Load_MakerDiedHalfWay_MakesAWholeOne()
    {
        File.WriteAllText(Path + ".0A1B2C3D", "0001");
        new KeyFile(Path).Load(mayMake: true).Length.ShouldBe(32);
    }

    [Fact]
    public void Keep_GivenKey_IsThereAndNeverReplacesAnother()
    {
        var key = Convert.FromHexString(Digits);
        new KeyFile(Path).Keep(key);
        new KeyFile(Path).Keep(key);
        new KeyFile(Path).Load(mayMake: false).ShouldBe(key);
        File.GetUnixFileMode(Path).ShouldBe(OwnerOnly);
        Should.Throw<IOException>(() => new KeyFile(Path).Keep(new byte[32])).Message.ShouldContain("holds another key than that of the cluster");
        new KeyFile(Path).Load(mayMake: false).ShouldBe(key);
    }

    private void Write(string text, UnixFileMode mode)
    {
        File.WriteAllText(Path, text);
        File.SetUnixFileMode(Path, mode);
    }
}
