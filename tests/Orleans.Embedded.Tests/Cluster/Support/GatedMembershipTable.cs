namespace Orleans.Embedded.Tests.Cluster.Support;

/// <summary>The membership table of the cluster as one silo reaches it.</summary>
internal sealed class GatedMembershipTable(IMembershipTable table, SiloGate gate) : IMembershipTable
{
    public Task InitializeMembershipTable(bool tryInitTableVersion) => gate.RunAsync(() => table.InitializeMembershipTable(tryInitTableVersion));

    public Task DeleteMembershipTableEntries(string clusterId) => gate.RunAsync(() => table.DeleteMembershipTableEntries(clusterId));

    public Task CleanupDefunctSiloEntries(DateTimeOffset beforeDate) => gate.RunAsync(() => table.CleanupDefunctSiloEntries(beforeDate));

    public Task<MembershipTableData> ReadRow(SiloAddress key) => gate.RunAsync(() => table.ReadRow(key));

    public Task<MembershipTableData> ReadAll() => gate.RunAsync(table.ReadAll);

    public Task<bool> InsertRow(MembershipEntry entry, TableVersion tableVersion) => gate.RunAsync(() => table.InsertRow(entry, tableVersion));

    public Task<bool> UpdateRow(MembershipEntry entry, string etag, TableVersion tableVersion) =>
        gate.RunAsync(() => table.UpdateRow(entry, etag, tableVersion));

    public Task UpdateIAmAlive(MembershipEntry entry) => gate.RunAsync(() => table.UpdateIAmAlive(entry));
}
