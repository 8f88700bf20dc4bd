using System.Security.Cryptography;
using System.Text;
using Warren.Grains.Objects;
using Warren.Silo.Secrets;

namespace Warren.Silo.Tests.Secrets;

public sealed class AesSecretSealerTests
{
    private static readonly byte[] s_key = RandomNumberGenerator.GetBytes(KeyFile.KeySize);
    private static readonly byte[] s_value = Encoding.UTF8.GetBytes("hunter2-and-more");

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1 << 20)]
    public void Open_WhatWasSealed_IsTheValue(int size)
    {
        var sealer = new AesSecretSealer(s_key, "c");
        var value = RandomNumberGenerator.GetBytes(size);
        sealer.Open("secret", "key", 3, sealer.Seal("secret", "key", 3, value)).ShouldBe(value);
    }

    [Fact]
    public void Seal_SameValueTwice_LooksDifferentAndShowsNothingOfIt()
    {
        var sealer = new AesSecretSealer(s_key, "c");
        var (first, second) = (sealer.Seal("secret", "key", 1, s_value), sealer.Seal("secret", "key", 1, s_value));
        first.ShouldNotBe(second);
        first.AsSpan().IndexOf(s_value.AsSpan(0, 4)).ShouldBe(-1);
    }

    [Theory]
    [InlineData("c", "secret", "other", 1)]
    [InlineData("c", "secret", "key", 2)]
    [InlineData("d", "secret", "key", 1)]
    [InlineData("c", "key", "key", 1)]
    [InlineData("csecret", "", "key", 1)]
    [InlineData("c", "secretk", "ey", 1)]
    public void Open_AsAnotherKindNameVersionOrCluster_IsRefused(string cluster, string kind, string name, long version)
    {
        var sealer = new AesSecretSealer(s_key, "c");
        var opener = new AesSecretSealer(s_key, cluster);
        var stored = sealer.Seal("secret", "key", 1, s_value);
        ShouldBeUnreadable(() => opener.Open(kind, name, version, stored), $"version {version} of {kind} {name}");
    }

    [Fact]
    public void Open_WithAnotherKey_SaysWhatToDoAndNothingOfTheValue()
    {
        var sealer = new AesSecretSealer(s_key, "c");
        var opener = new AesSecretSealer(RandomNumberGenerator.GetBytes(KeyFile.KeySize), "c");
        var failure = ShouldBeUnreadable(() => opener.Open("secret", "key", 1, sealer.Seal("secret", "key", 1, s_value)), "version 1 of secret key");
        failure.Message.ShouldBe(
            "version 1 of secret key cannot be decrypted: it was stored with another data key, by another cluster or in another place, or was changed since; "
            + "start the manager with the key file it was stored with, or set the secret anew");
    }

    [Fact]
    public void Open_AnyByteChangedOrCutOff_IsRefused()
    {
        var sealer = new AesSecretSealer(s_key, "c");
        var whole = sealer.Seal("secret", "key", 1, s_value);
        for (var at = 0; at < whole.Length; at++)
        {
            var changed = whole.ToArray();
            changed[at] ^= 0x10;
            ShouldBeUnreadable(() => sealer.Open("secret", "key", 1, changed), $"byte {at} was changed");
            ShouldBeUnreadable(() => sealer.Open("secret", "key", 1, whole.AsSpan(0, at)), $"cut after {at} bytes");
        }

        sealer.Open("secret", "key", 1, whole).ShouldBe(s_value);
    }

    private static SecretUnreadableException ShouldBeUnreadable(Action open, string what) => Should.Throw<SecretUnreadableException>(open, what);
}
