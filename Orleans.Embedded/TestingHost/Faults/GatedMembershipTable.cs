using Orleans.Runtime;

namespace Orleans.TestingHost;

/// <summary>A membership table as a silo reaches it that can be paused and killed.</summary>
internal sealed class GatedMembershipTable(IMembershipTable table, SiloFaults silo) : IMembershipTable
{
    public async Task InitializeMembershipTable(bool tryInitTableVersion)
    {
        await silo.PassAsync();
        await table.InitializeMembershipTable(tryInitTableVersion);
    }

    public async Task DeleteMembershipTableEntries(string clusterId)
    {
        await silo.PassAsync();
        await table.DeleteMembershipTableEntries(clusterId);
    }

    public async Task CleanupDefunctSiloEntries(DateTimeOffset beforeDate)
    {
        await silo.PassAsync();
        await table.CleanupDefunctSiloEntries(beforeDate);
    }

    public async Task<MembershipTableData> ReadRow(SiloAddress key)
    {
        await silo.PassAsync();
        return await table.ReadRow(key);
    }

    public async Task<MembershipTableData> ReadAll()
    {
        await silo.PassAsync();
        return await table.ReadAll();
    }

    public async Task<bool> InsertRow(MembershipEntry entry, TableVersion tableVersion)
    {
        await silo.PassAsync();
        return await table.InsertRow(entry, tableVersion);
    }

    public async Task<bool> UpdateRow(MembershipEntry entry, string etag, TableVersion tableVersion)
    {
        await silo.PassAsync();
        return await table.UpdateRow(entry, etag, tableVersion);
    }

    public async Task UpdateIAmAlive(MembershipEntry entry)
    {
        await silo.PassAsync();
        await table.UpdateIAmAlive(entry);
    }
}
