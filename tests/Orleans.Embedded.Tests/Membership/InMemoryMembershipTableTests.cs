using System.Collections.Concurrent;
using Orleans.Runtime.Membership;
using Warren.Conformance.Membership;

namespace Orleans.Embedded.Tests.Membership;

public sealed class InMemoryMembershipTableTests : MembershipTableConformance
{
    private readonly ConcurrentDictionary<string, InMemoryMembershipTable> _store = new();

    [Fact]
    public async Task Initialize_WithAFirstVersion_StartsThere()
    {
        var table = new InMemoryMembershipTable(5000);
        await table.InitializeMembershipTable(true);

        (await table.ReadAll()).Version.Version.ShouldBe(5000);
    }

    protected override Task<IMembershipTable> OpenAsync(string clusterId) =>
        Task.FromResult<IMembershipTable>(_store.GetOrAdd(clusterId, _ => new InMemoryMembershipTable()));
}
