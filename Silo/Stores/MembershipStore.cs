using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace Warren.Silo.Stores;

/// <summary>
/// The cluster's membership in the store. Declaring a silo dead also takes from it the right to write, in the same transaction.
/// </summary>
internal sealed class MembershipStore(ControlLane lane, StoreScope scope) : IMembershipTable
{
    public Task InitializeMembershipTable(bool tryInitTableVersion) => lane.RunAsync(connection => tryInitTableVersion
        ? connection.ExecuteAsync([new BoundStatement(MembershipStatements.MakeVersion, scope.ClusterId, NewEtag())])
        : Task.FromResult<int[]>([]));

    public Task DeleteMembershipTableEntries(string clusterId) => lane.RunAsync(connection => connection.ExecuteAsync(
    [
        new(MembershipStatements.Lock, clusterId),
        new(MembershipStatements.DeleteMembers, clusterId),
        new(MembershipStatements.DeleteStrayWriters, clusterId),
        new(MembershipStatements.DeleteVersion, clusterId),
    ]));

    public Task CleanupDefunctSiloEntries(DateTimeOffset beforeDate) => lane.RunAsync(connection => connection.ExecuteAsync(
    [
        new(MembershipStatements.Lock, scope.ClusterId),
        new(MembershipStatements.DeleteDefunct, scope.ClusterId, (int)SiloStatus.Dead, beforeDate.UtcTicks),
        new(MembershipStatements.DeleteStrayWriters, scope.ClusterId),
    ]));

    public Task<MembershipTableData> ReadRow(SiloAddress key) =>
        ReadAsync(new BoundStatement(MembershipStatements.SelectOne, scope.ClusterId, key.ToParsableString()));

    public Task<MembershipTableData> ReadAll() => ReadAsync(new BoundStatement(MembershipStatements.SelectAll, scope.ClusterId));

    public Task<bool> InsertRow(MembershipEntry entry, TableVersion tableVersion)
    {
        if (!TryParse(tableVersion.VersionEtag, out var expected)) return Task.FromResult(false);
        var etag = NewEtag();
        return ChangeAsync(
            new BoundStatement(
                MembershipStatements.MoveForInsert, scope.ClusterId, Address(entry), etag, tableVersion.Version, expected),
            MemberRow.Bind(MembershipStatements.Insert, scope.ClusterId, etag, entry));
    }

    public Task<bool> UpdateRow(MembershipEntry entry, string etag, TableVersion tableVersion)
    {
        if (!TryParse(tableVersion.VersionEtag, out var expected) || !TryParse(etag, out var expectedRow)) return Task.FromResult(false);
        var newEtag = NewEtag();
        var move = new BoundStatement(
            MembershipStatements.MoveForUpdate, scope.ClusterId, Address(entry), newEtag, tableVersion.Version, expected, expectedRow);
        var update = MemberRow.Bind(MembershipStatements.Update, scope.ClusterId, newEtag, entry);
        return entry.Status == SiloStatus.Dead
            ? ChangeAsync(move, update, new BoundStatement(MembershipStatements.Fence, scope.ClusterId, Address(entry), newEtag))
            : ChangeAsync(move, update);
    }

    public Task UpdateIAmAlive(MembershipEntry entry) => lane.RunAsync(connection => connection.ExecuteAsync(
        [new BoundStatement(MembershipStatements.Alive, scope.ClusterId, Address(entry), UtcTicks.Of(entry.IAmAliveTime))]));

    private Task<bool> ChangeAsync(params IReadOnlyList<BoundStatement> statements) => lane.RunAsync(async connection =>
    {
        var counts = await connection.ExecuteAsync(statements);
        return counts[0] == 1 && counts[1] == 1;
    });

    private Task<MembershipTableData> ReadAsync(BoundStatement query) => lane.RunAsync(async connection =>
    {
        // A cluster without a version row has no members, and an ETag that no change will match.
        var version = new TableVersion(0, "0");
        var members = new List<Tuple<MembershipEntry, string>>();
        await connection.QueryAsync([query], (_, row) =>
        {
            version = new TableVersion(row.GetInt32(0), Text(row.GetInt64(1)));
            if (MemberRow.Read(row) is { } member) members.Add(member);
        });
        return new MembershipTableData(members, version);
    });

    private static string Address(MembershipEntry entry) => entry.SiloAddress.ToParsableString();

    // Drawn so that no two are ever equal; never 0.
    private static long NewEtag() =>
        (BinaryPrimitives.ReadInt64LittleEndian(RandomNumberGenerator.GetBytes(sizeof(long))) & long.MaxValue) | 1;

    private static bool TryParse(string etag, out long value) =>
        long.TryParse(etag, NumberStyles.None, CultureInfo.InvariantCulture, out value);

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
