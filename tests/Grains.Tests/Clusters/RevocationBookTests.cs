using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Warren.Grains.Clusters;
using Warren.Nodes;
using Warren.Security;

namespace Warren.Grains.Tests.Clusters;

public sealed class RevocationBookTests
{
    private static readonly DateTimeOffset s_now = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan s_day = TimeSpan.FromDays(1);
    private static readonly NodeId s_worker = new("n1"), s_manager = new("m1");

    private static readonly ClusterState s_nodes = new()
    {
        Nodes = new ClusterState().Nodes
            .Add(s_worker, new(NodeRole.Worker, "key", s_now, s_now + s_day))
            .Add(s_manager, new(NodeRole.Manager, "key", s_now, s_now + s_day)),
    };

    [Fact]
    public void Revoke_ClientBySerialInAnyCase_RefusesItAndTellsOthersOnce()
    {
        var state = WithClient("alice", s_day, out var serial);

        var revoked = RevocationBook.Revoke(state, serial.ToLowerInvariant(), s_now).ShouldNotBeNull();

        RevocationBook.Revoked(revoked).ShouldBe([new(CertificateRole.Client, "alice", serial, s_now + s_day)]);
        revoked.TrustChanges.ShouldBe(state.TrustChanges + 1);
        RevocationBook.Revoke(revoked, serial, s_now + TimeSpan.FromHours(1)).ShouldBeSameAs(revoked);
    }

    [Fact]
    public void Revoke_UnknownOrEnded_FindsNone()
    {
        var state = WithClient("alice", s_day, out var serial);

        RevocationBook.Revoke(state, serial + "00", s_now).ShouldBeNull();
        RevocationBook.Revoke(state, serial, s_now + s_day + CertificateAuthority.ClockSkew).ShouldNotBeNull();
        RevocationBook.Revoke(state, serial, s_now + s_day + CertificateAuthority.ClockSkew + TimeSpan.FromSeconds(1)).ShouldBeNull();
    }

    [Fact]
    public void Issued_LaterOne_ForgetsThoseThatHaveEnded()
    {
        var state = WithClient("alice", s_day, out _);
        using var certificate = Issue("bob", s_now + (2 * s_day), s_day);

        var next = RevocationBook.Issued(state, certificate, "bob", s_now + (2 * s_day));

        next.Clients.ShouldHaveSingleItem().Name.ShouldBe("bob");
    }

    [Fact]
    public void Dismiss_Node_RefusesAllItHasForGood()
    {
        var state = RevocationBook.Dismiss(s_nodes, s_worker, s_now);

        RevocationBook.Revoked(state).ShouldBe([new(CertificateRole.Worker, "n1", null, s_now + s_day)]);
        state.TrustChanges.ShouldBe(1);
        RevocationBook.Dismiss(state, s_worker, s_now + s_day).ShouldBeSameAs(state);
        RevocationBook.Dismiss(state, new("n9"), s_now).ShouldBeSameAs(state);
    }

    [Fact]
    public void Dismiss_NodeOfUnknownEnd_IsRefusedForEver()
    {
        var state = s_nodes with { Nodes = s_nodes.Nodes.SetItem(s_worker, new(NodeRole.Worker, "key", s_now)) };

        RevocationBook.Revoked(RevocationBook.Dismiss(state, s_worker, s_now)).ShouldHaveSingleItem().EndsAt.ShouldBe(DateTimeOffset.MaxValue);
    }

    [Fact]
    public void CountManagers_LeavesOutWorkersAndThoseThatWereRemoved()
    {
        RevocationBook.CountManagers(s_nodes).ShouldBe(1);
        RevocationBook.CountManagers(RevocationBook.Dismiss(s_nodes, s_manager, s_now)).ShouldBe(0);
    }

    [Fact]
    public void List_HasClientsAndNodesUntilTheyEnd()
    {
        var state = WithClient("alice", s_day, out _) with { Nodes = s_nodes.Nodes };

        RevocationBook.List(state, s_now).Select(record => record.Name).ShouldBe(["alice", "m1", "n1"], ignoreOrder: true);
        RevocationBook.List(state, s_now + (2 * s_day)).ShouldBeEmpty();
    }

    private static ClusterState WithClient(string name, TimeSpan lifetime, out string serial)
    {
        using var certificate = Issue(name, s_now, lifetime);
        serial = certificate.SerialNumber;
        return RevocationBook.Issued(new(), certificate, name, s_now);
    }

    private static X509Certificate2 Issue(string name, DateTimeOffset now, TimeSpan lifetime)
    {
        using var authority = CertificateAuthority.Create("c1", now);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return X509Certificate2.CreateFromPem(authority.Issue(new(key), new("c1", name, CertificateRole.Client), now, lifetime));
    }
}
