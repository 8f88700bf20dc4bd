using Orleans.Runtime;

namespace Orleans;

/// <summary>
/// The table that is the truth about which silos a cluster consists of. One version row orders all changes: a change names the
/// version it saw, and the table refuses it if that is not the last. All methods may throw when the store is not reachable; a
/// write that threw may or may not have happened.
/// </summary>
public interface IMembershipTable
{
    /// <summary>Called once before everything else.</summary>
    /// <param name="tryInitTableVersion">Whether to make the version row (number 0) if there is none. Does nothing if there is.</param>
    Task InitializeMembershipTable(bool tryInitTableVersion);

    /// <summary>Deletes all rows of a cluster, the version row included.</summary>
    Task DeleteMembershipTableEntries(string clusterId);

    /// <summary>
    /// Deletes the rows of silos that are dead and whose <see cref="MembershipEntry.IAmAliveTime"/> and
    /// <see cref="MembershipEntry.StartTime"/> are both before <paramref name="beforeDate"/>. Leaves the version as it is.
    /// </summary>
    Task CleanupDefunctSiloEntries(DateTimeOffset beforeDate);

    /// <summary>The row of one silo, if there is one, and the version, read in one transaction.</summary>
    Task<MembershipTableData> ReadRow(SiloAddress key);

    /// <summary>All rows and the version, read in one transaction.</summary>
    Task<MembershipTableData> ReadAll();

    /// <summary>
    /// Adds a row and moves the version, both or neither. The row and the version row get new ETags.
    /// </summary>
    /// <param name="entry">The row.</param>
    /// <param name="tableVersion">The new number, with the ETag of the version that was read.</param>
    /// <returns>False, with nothing changed, when the silo has a row already or the version's ETag is not the last.</returns>
    Task<bool> InsertRow(MembershipEntry entry, TableVersion tableVersion);

    /// <summary>
    /// Replaces a row as a whole and moves the version, both or neither. The row and the version row get new ETags.
    /// </summary>
    /// <param name="entry">The row.</param>
    /// <param name="etag">The ETag of the row as it was read.</param>
    /// <param name="tableVersion">The new number, with the ETag of the version that was read.</param>
    /// <returns>False, with nothing changed, when the silo has no row, or either ETag is not the last.</returns>
    Task<bool> UpdateRow(MembershipEntry entry, string etag, TableVersion tableVersion);

    /// <summary>
    /// Writes <see cref="MembershipEntry.IAmAliveTime"/> into the silo's row and nothing else, whatever the ETags. The version stays;
    /// the row's ETag may change. Nothing happens when the silo has no row.
    /// </summary>
    Task UpdateIAmAlive(MembershipEntry entry);
}
