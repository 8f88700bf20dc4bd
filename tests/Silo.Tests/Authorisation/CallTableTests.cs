using System.Reflection;
using Warren.Nodes;
using Warren.Security;
using Warren.Silo.Authorisation;

namespace Warren.Silo.Tests.Authorisation;

public sealed class CallTableTests
{
    private const string Link = "warren.node-link";

    private static readonly CertificateSubject s_worker = new("c1", "n1", CertificateRole.Worker);

    // Written down anew: a row that is added or lost is to be meant.
    private static readonly string[] s_rows =
        [nameof(INodeLink.RegisterAsync), nameof(INodeLink.HeartbeatAsync), nameof(INodeLink.ReportAsync), nameof(INodeLink.GetAssignmentsAsync), nameof(INodeLink.RenewAsync), nameof(INodeLink.ReportTrustAsync), nameof(INodeLink.TakeLogsAsync), nameof(INodeLink.TakeExecOutputAsync), nameof(INodeLink.NextExecInputAsync), nameof(INodeLink.TakeAnswerAsync), nameof(INodeLink.NextDataAsync)];

    public static TheoryData<string> Rows { get; } = new(s_rows);

    [Theory]
    [MemberData(nameof(Rows))]
    public void Allows_Row_IsForTheWorkersOwnNodeAlone(string method)
    {
        CallTable.Allows(s_worker, Link, method, "node", "n1").ShouldBeTrue();
        CallTable.Allows(s_worker, Link, method, "node", "n2").ShouldBeFalse();
        CallTable.Allows(s_worker, Link, method, "secret", "n1").ShouldBeFalse();
        CallTable.Allows(s_worker, "warren.node-grain", method, "node", "n1").ShouldBeFalse();
        CallTable.Allows(s_worker with { Role = CertificateRole.Client }, Link, method, "node", "n1").ShouldBeFalse();
        CallTable.Allows(null, Link, method, "node", "n1").ShouldBeFalse();
        CallTable.Allows(s_worker with { Role = CertificateRole.Manager }, Link, method, "node", "n2").ShouldBeTrue();
    }

    /// <summary>A removed node's agent hears of it, and its certificate is good for nothing else; a revoked manager's is good for nothing.</summary>
    [Theory]
    [MemberData(nameof(Rows))]
    public void Allows_CertificateThatWasRevoked_LetsAWorkerHearOfItAndNothingElse(string method)
    {
        var alias = typeof(INodeLink).GetCustomAttribute<AliasAttribute>()!.Alias;
        CallTable.Allows(new("c1", "n1", CertificateRole.Worker), alias, method, "node", "n1", isRevoked: true)
            .ShouldBe(method is nameof(INodeLink.RegisterAsync) or nameof(INodeLink.HeartbeatAsync));
        CallTable.Allows(new("c1", "m1", CertificateRole.Manager), alias, method, "node", "n1", isRevoked: true).ShouldBeFalse();
    }

    [Fact]
    public void Rows_AreTheseAndNoOthers() =>
        CallTable.Rows.ShouldBe(s_rows.Select(method => new CallRule(CertificateRole.Worker, typeof(INodeLink), method, "node")), ignoreOrder: true);

    /// <summary>All interfaces of grains, and all methods that can be called by them.</summary>
    [Fact]
    public void Allows_EveryOtherMethodOfEveryGrain_RefusesAWorkerAndAClient()
    {
        var interfaces = typeof(INodeLink).Assembly.GetTypes().Where(type => type.IsInterface && type.IsAssignableTo(typeof(IAddressable))).ToList();
        interfaces.Count.ShouldBeGreaterThan(10);
        foreach (var type in interfaces)
        {
            var alias = type.GetCustomAttribute<AliasAttribute>().ShouldNotBeNull(type.FullName).Alias;
            foreach (var method in type.GetInterfaces().Append(type).SelectMany(parent => parent.GetMethods()).Where(method => type != typeof(INodeLink) || !s_rows.Contains(method.Name)))
            {
                foreach (var role in new[] { CertificateRole.Worker, CertificateRole.Client })
                    CallTable.Allows(s_worker with { Role = role }, alias, method.Name, "node", "n1").ShouldBeFalse($"{role}: {type.Name}.{method.Name}");
            }
        }
    }
}
