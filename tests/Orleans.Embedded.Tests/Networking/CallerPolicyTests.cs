using System.Security.Cryptography.X509Certificates;
using Orleans.Connections.Security;
using Orleans.Embedded.Tests.Networking.Support;
using Orleans.Embedded.Tests.Testing;
using Orleans.Runtime.Networking;

namespace Orleans.Embedded.Tests.Networking;

/// <summary>What processes may do by their certificates, where a policy says it: here silos are those called so, and only the client "friend" may call.</summary>
public sealed class CallerPolicyTests : IDisposable
{
    private readonly TestCertificates _authority = new();

    public void Dispose() => _authority.Dispose();

    [Fact]
    public async Task Call_OfAClientThatMay_IsAnsweredAndOfOneThatMayNot_IsRefusedUnread()
    {
        await using var network = TestNetwork.Loopback;
        await using var silo = await SiloAsync(network, "silo one");
        await using var friend = TestNode.Client(network, Settings("friend"));
        await using var other = TestNode.Client(network, Settings("other"));

        (await friend.CallAsync(silo)).ShouldBe("hello");
        silo.Handler.Messages.TryRead(out _).ShouldBeTrue();

        var refusal = await Should.ThrowAsync<RejectedException>(() => other.CallAsync(silo));
        (refusal.Kind, refusal.Message).ShouldBe((RejectionKind.NotAllowed, refusal.Message));
        refusal.Message.ShouldContain("does not allow");
        await silo.Metrics.RefusedAsync(RefusedBecause.NotAllowed);
        silo.Handler.Messages.TryRead(out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Connect_ClientCertificateThatSaysItIsASilo_IsRefused()
    {
        await using var network = TestNetwork.Loopback;
        await using var silo = await SiloAsync(network, "silo one");
        await using var impostor = await TestNode.SiloAsync(network, new NodeSettings { Security = _authority.Security(_authority.Issue("friend")) });

        await Should.ThrowAsync<RejectedException>(() => impostor.CallAsync(silo));
        await silo.Metrics.RefusedAsync(RefusedBecause.NotAllowed);
        silo.Handler.Messages.TryRead(out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Connect_ToAClientCertificateThatListensAsASilo_IsRefusedByTheDialler()
    {
        await using var network = TestNetwork.Loopback;
        await using var silo = await SiloAsync(network, "silo one");
        await using var impostor = await TestNode.SiloAsync(network, new NodeSettings { Security = _authority.Security(_authority.Issue("friend")) });

        (await Should.ThrowAsync<RejectedException>(() => silo.CallAsync(impostor))).Kind.ShouldBe(RejectionKind.Unavailable);
        impostor.Handler.Messages.TryRead(out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Call_BetweenSilos_IsAskedAboutOnceAndNeverForACall()
    {
        await using var network = TestNetwork.Loopback;
        await using var one = await SiloAsync(network, "silo one");
        await using var other = await SiloAsync(network, "silo two");
        (await one.CallAsync(other)).ShouldBe("hello");
        (await other.CallAsync(one)).ShouldBe("hello");
    }

    /// <summary>It has the time to hear why.</summary>
    [Fact]
    public async Task Connection_ClientThatMayStayNoLonger_IsClosedAfterTheGrace()
    {
        var (time, policy) = (new FakeTime(), new Policy());
        await using var network = TestNetwork.Loopback;
        await using var silo = await TestNode.SiloAsync(network, Ticking("silo one", time, policy));
        await using var friend = TestNode.Client(network, Settings("friend"));
        await using var other = TestNode.Client(network, new NodeSettings { Security = _authority.Security(_authority.Issue("friend too")) });
        (await friend.CallAsync(silo)).ShouldBe("hello");
        await Should.ThrowAsync<RejectedException>(() => other.CallAsync(silo));

        policy.Barred = "CN=friend";
        await TickAsync(silo, time, 2);
        (await friend.CallAsync(silo)).ShouldBe("hello");
        await TickAsync(silo, time, 1);
        (await friend.NextChangeAsync()).Connected.ShouldBeTrue();
        (await friend.NextChangeAsync()).Connected.ShouldBeFalse();
        silo.Connections.Connected.ShouldBe([other.Peer]);
    }

    /// <summary>First it is to be declared dead, by which its connection ends; if that cannot be done, it ends all the same.</summary>
    [Fact]
    public async Task Connection_SiloThatIsNoneAnyMore_IsToldOfAndThenClosed()
    {
        var (time, policy) = (new FakeTime(), new Policy());
        await using var network = TestNetwork.Loopback;
        await using var one = await TestNode.SiloAsync(network, Ticking("silo one", time, policy));
        await using var other = await SiloAsync(network, "silo two");
        (await one.CallAsync(other)).ShouldBe("hello");

        policy.Barred = "CN=silo two";
        await TickAsync(one, time, 2);
        one.Handler.Barred.TryRead(out _).ShouldBeFalse();
        await TickAsync(one, time, 1);
        one.Handler.Barred.TryRead(out var barred).ShouldBeTrue();
        barred.ShouldBe(other.Peer);
        one.Connections.Connected.ShouldBe([other.Peer]);

        await TickAsync(one, time, 1);
        one.Connections.Connected.ShouldBeEmpty();

        // Until it has noticed, its calls are lost with the connection.
        (await other.NextChangeAsync()).Connected.ShouldBeTrue();
        (await other.NextChangeAsync()).Connected.ShouldBeFalse();
        await Should.ThrowAsync<RejectedException>(() => other.CallAsync(one));

        // Last, since for the other a connection is there until the one that dialled has looked at its certificate.
        (await Should.ThrowAsync<RejectedException>(() => one.CallAsync(other))).Kind.ShouldBe(RejectionKind.Unavailable);
    }

    private NodeSettings Ticking(string name, FakeTime time, Policy policy) => Settings(name) with
    {
        Callers = policy,
        Time = time,
        Configure = static options => options.HandshakeTimeout = options.ConnectTimeout = TimeSpan.FromHours(1),
    };

    private static async Task TickAsync(TestNode node, FakeTime time, int times)
    {
        for (var i = 0; i < times; i++)
        {
            await time.WhenTimersDueAsync(node.Options.KeepAliveInterval, 1);
            time.Advance(node.Options.KeepAliveInterval);
        }

        await time.WhenTimersDueAsync(node.Options.KeepAliveInterval, 1);
    }

    private NodeSettings Settings(string name) => new() { Security = _authority.Security(_authority.Issue(name)), Callers = new Policy() };

    private Task<TestNode> SiloAsync(TestNetwork network, string name) => TestNode.SiloAsync(network, Settings(name));

    private sealed class Policy : ICallerPolicy
    {
        public string? Barred { get; set; }

        public bool MayStay(X509Certificate2? certificate) => certificate?.Subject != Barred;

        public bool MayBeSilo(X509Certificate2? certificate) => certificate?.Subject != Barred && certificate?.Subject.StartsWith("CN=silo", StringComparison.Ordinal) == true;

        public ICallerRights? RightsOf(X509Certificate2? certificate) => certificate?.Subject == "CN=friend" ? null : new NoRights();
    }

    private sealed class NoRights : ICallerRights
    {
        public bool Allows(GrainInterfaceType interfaceType, string methodName, GrainId target) => false;
    }
}
