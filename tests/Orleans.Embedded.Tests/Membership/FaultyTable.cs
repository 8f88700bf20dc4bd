using Orleans.Runtime.Membership;

namespace Orleans.Embedded.Tests.Membership;

/// <summary>An in-memory table before whose calls something may happen.</summary>
internal sealed class FaultyTable : IMembershipTable
{
    private readonly InMemoryMembershipTable _table = new();

    /// <summary>Awaited before each call, with its name.</summary>
    public Func<string, Task> Before { get; set; } = _ => Task.CompletedTask;

    public async Task InitializeMembershipTable(bool tryInitTableVersion)
    {
        await Before(nameof(InitializeMembershipTable));
        await _table.InitializeMembershipTable(tryInitTableVersion);
    }

    public async Task DeleteMembershipTableEntries(string clusterId)
    {
        await Before(nameof(DeleteMembershipTableEntries));
        await _table.DeleteMembershipTableEntries(clusterId);
    }

    public async Task CleanupDefunctSiloEntries(DateTimeOffset beforeDate)
    {
        await Before(nameof(CleanupDefunctSiloEntries));
        await _table.CleanupDefunctSiloEntries(beforeDate);
    }

    public async Task<MembershipTableData> ReadRow(SiloAddress key)
    {
        await Before(nameof(ReadRow));
        return await _table.ReadRow(key);
    }

    public async Task<MembershipTableData> ReadAll()
    {
        await Before(nameof(ReadAll));
        return await _table.ReadAll();
    }

    public async Task<bool> InsertRow(MembershipEntry entry, TableVersion tableVersion)
    {
        await Before(nameof(InsertRow));
        return await _table.InsertRow(entry, tableVersion);
    }

    public async Task<bool> UpdateRow(MembershipEntry entry, string etag, TableVersion tableVersion)
    {
        await Before(nameof(UpdateRow));
        return await _table.UpdateRow(entry, etag, tableVersion);
    }

    public async Task UpdateIAmAlive(MembershipEntry entry)
    {
        await Before(nameof(UpdateIAmAlive));
        await _table.UpdateIAmAlive(entry);
    }
}
