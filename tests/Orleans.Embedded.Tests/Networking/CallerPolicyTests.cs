using System.Security.Cryptography.X509Certificates;
using Orleans.Connections.Security;
using Orleans.Embedded.Tests.Networking.Support;
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

    private NodeSettings Settings(string name) => new() { Security = _authority.Security(_authority.Issue(name)), Callers = new Policy() };

    private Task<TestNode> SiloAsync(TestNetwork network, string name) => TestNode.SiloAsync(network, Settings(name));

    private sealed class Policy : ICallerPolicy
    {
        public bool MayBeSilo(X509Certificate2? certificate) => certificate?.Subject.StartsWith("CN=silo", StringComparison.Ordinal) == true;

        public ICallerRights? RightsOf(X509Certificate2? certificate) => certificate?.Subject == "CN=friend" ? null : new NoRights();
    }

    private sealed class NoRights : ICallerRights
    {
        public bool Allows(GrainInterfaceType interfaceType, string methodName, GrainId target) => false;
    }
}
