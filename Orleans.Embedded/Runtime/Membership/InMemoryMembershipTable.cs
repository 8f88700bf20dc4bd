using System.Globalization;

namespace Orleans.Runtime.Membership;

/// <summary>
/// A membership table that lives as long as the process: for development with one process, and for tests, where several silos share
/// the object.
/// </summary>
/// <param name="firstVersion">
/// The number of the first version. A process that is started again begins a new table under clients that know the old one; with a
/// number that grows from run to run (seconds, say) they take the new table's views for newer, as they are.
/// </param>
internal sealed class InMemoryMembershipTable(int firstVersion = 0) : IMembershipTable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<SiloAddress, (MembershipEntry Entry, string ETag)> _rows = [];
    private int? _version;
    private long _lastETag;
    private string _versionETag = "";

    public Task InitializeMembershipTable(bool tryInitTableVersion)
    {
        lock (_gate)
        {
            if (_version is null && tryInitTableVersion) MoveTo(firstVersion);
        }

        return Task.CompletedTask;
    }

    /// <summary>The object holds the table of one cluster: the id is not looked at.</summary>
    public Task DeleteMembershipTableEntries(string clusterId)
    {
        lock (_gate)
        {
            _rows.Clear();
            _version = null;
        }

        return Task.CompletedTask;
    }

    public Task CleanupDefunctSiloEntries(DateTimeOffset beforeDate)
    {
        var before = beforeDate.UtcDateTime;
        lock (_gate)
        {
            foreach (var (entry, _) in _rows.Values.ToArray())
            {
                if (entry.Status == SiloStatus.Dead && entry.IAmAliveTime < before && entry.StartTime < before)
                    _rows.Remove(entry.SiloAddress);
            }
        }

        return Task.CompletedTask;
    }

    public Task<MembershipTableData> ReadRow(SiloAddress key) => Task.FromResult(Read(silo => silo.Equals(key)));

    public Task<MembershipTableData> ReadAll() => Task.FromResult(Read(_ => true));

    public Task<bool> InsertRow(MembershipEntry entry, TableVersion tableVersion)
    {
        lock (_gate)
        {
            if (!IsLast(tableVersion) || _rows.ContainsKey(entry.SiloAddress)) return Task.FromResult(false);
            Put(entry, tableVersion);
        }

        return Task.FromResult(true);
    }

    public Task<bool> UpdateRow(MembershipEntry entry, string etag, TableVersion tableVersion)
    {
        lock (_gate)
        {
            if (!IsLast(tableVersion) || !_rows.TryGetValue(entry.SiloAddress, out var row) || row.ETag != etag)
                return Task.FromResult(false);
            Put(entry, tableVersion);
        }

        return Task.FromResult(true);
    }

    public Task UpdateIAmAlive(MembershipEntry entry)
    {
        lock (_gate)
        {
            if (_rows.TryGetValue(entry.SiloAddress, out var row)) row.Entry.IAmAliveTime = entry.IAmAliveTime;
        }

        return Task.CompletedTask;
    }

    private MembershipTableData Read(Func<SiloAddress, bool> which)
    {
        lock (_gate)
        {
            var rows = _rows.Values.Where(row => which(row.Entry.SiloAddress)).Select(row => Tuple.Create(row.Entry.Copy(), row.ETag));
            return new MembershipTableData(rows.ToList(), new TableVersion(NeedVersion(), _versionETag));
        }
    }

    private bool IsLast(TableVersion version) => NeedVersion() >= 0 && version.VersionEtag == _versionETag;

    private int NeedVersion() => _version ?? throw new InvalidOperationException("The membership table was not initialised.");

    private void Put(MembershipEntry entry, TableVersion version)
    {
        _rows[entry.SiloAddress] = (entry.Copy(), NextETag());
        MoveTo(version.Version);
    }

    private void MoveTo(int version)
    {
        _version = version;
        _versionETag = NextETag();
    }

    private string NextETag() => (++_lastETag).ToString(CultureInfo.InvariantCulture);
}
