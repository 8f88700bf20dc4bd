using System.Security.Cryptography;
using Warren.Silo.Secrets;

namespace Warren.Silo.Tests.Secrets;

public sealed class KeyRingTests
{
    private const string Cluster = "c1";

    private static readonly DateTimeOffset s_now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly byte[] s_data = RandomNumberGenerator.GetBytes(32), s_old = RandomNumberGenerator.GetBytes(32), s_new = RandomNumberGenerator.GetBytes(32);

    private static readonly KeyRing s_two = KeyRing.Create(s_old, s_data, Cluster, s_now).Confirm("a", "m1", KeyRing.IdOf(s_old)).Confirm("b", "m2", KeyRing.IdOf(s_old));

    private static KeyRing Rotating => s_two.Rotate(s_new, s_data, Cluster, s_now);

    [Fact]
    public void Unwrap_KeyThatItWasMadeWith_IsTheDataKeyForItsClusterAlone()
    {
        s_two.Unwrap(s_old, Cluster).ShouldBe(s_data);
        s_two.Unwrap(s_old, "c2").ShouldBeNull();
        s_two.Unwrap(s_new, Cluster).ShouldBeNull();
        s_two.Wrapped[0].Sealed.Span.IndexOf(s_data.AsSpan(0, 4)).ShouldBe(-1);
    }

    [Fact]
    public void Unwrap_WrappingPassedOffAsThatOfAnotherKey_IsRefused() =>
        (s_two with { Wrapped = [s_two.Wrapped[0] with { Key = KeyRing.IdOf(s_new) }] }).Unwrap(s_new, Cluster).ShouldBeNull();

    [Fact]
    public void Rotate_SomeManagersYetToTakeItOver_EitherKeyOpensAndTheNewOneIsThereForThem()
    {
        var ring = Rotating.Confirm("a", "m1", KeyRing.IdOf(s_new));
        ring.IsRotating().ShouldBeTrue();
        ring.Unwrap(s_old, Cluster).ShouldBe(s_data);
        ring.Unwrap(s_new, Cluster).ShouldBe(s_data);
        ring.NextKey(s_data, Cluster).ShouldBe(s_new);
        ring.Missing().Select(holder => holder.Name).ShouldBe(["m2"]);
    }

    [Fact]
    public void Confirm_ByTheLastManager_GivesTheOldKeyUp()
    {
        var ring = Rotating.Confirm("a", "m1", KeyRing.IdOf(s_new)).Confirm("b", "m2", KeyRing.IdOf(s_new));
        ring.IsRotating().ShouldBeFalse();
        ring.Unwrap(s_old, Cluster).ShouldBeNull();
        ring.Unwrap(s_new, Cluster).ShouldBe(s_data);
        ring.NextKey(s_data, Cluster).ShouldBeNull();
        ring.Confirm("b", "m2", KeyRing.IdOf(s_new)).ShouldBeSameAs(ring);
    }

    [Fact]
    public void Confirm_ManagerThatJoinsWithTheOldKeyMeanwhile_IsWaitedForToo()
    {
        var ring = Rotating.Confirm("c", "c", KeyRing.IdOf(s_old)).Confirm("a", "m1", KeyRing.IdOf(s_new)).Confirm("b", "m2", KeyRing.IdOf(s_new));
        ring.Unwrap(s_old, Cluster).ShouldBe(s_data);
        ring.Confirm("c", "m3", KeyRing.IdOf(s_new)).Unwrap(s_old, Cluster).ShouldBeNull();
    }

    [Fact]
    public void Rotate_WhileTheLastOneIsNotOver_IsRefusedWithWhoIsMissing()
    {
        var ring = Rotating.Confirm("a", "m1", KeyRing.IdOf(s_new));
        Should.Throw<ConflictException>(() => ring.Rotate(RandomNumberGenerator.GetBytes(32), s_data, Cluster, s_now)).Message.ShouldBe(
            $"the key is being changed already, and m2 must still take over {KeyRing.IdOf(s_new)}: "
            + "start the missing managers, or give up what they have by warren cluster key retire");
    }

    [Fact]
    public void Retire_ManagerThatIsAwayForGood_IsForgottenAndItsKeyOpensNothing()
    {
        var ring = Rotating.Confirm("a", "m1", KeyRing.IdOf(s_new)).Retire();
        ring.Unwrap(s_old, Cluster).ShouldBeNull();
        ring.Unwrap(s_new, Cluster).ShouldBe(s_data);
        ring.Holders.Keys.ShouldBe(["a"]);
        ring.Retire().ShouldBeSameAs(ring);
        s_two.Retire().ShouldBeSameAs(s_two);
    }
}
