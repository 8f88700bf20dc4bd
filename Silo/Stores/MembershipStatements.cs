namespace Warren.Silo.Stores;

/// <summary>
/// The statements of the membership table. A change is one transaction in one round trip: its first statement moves the version
/// row, if all conditions hold, to an ETag that nobody else draws, and the others act only if they find that ETag.
/// </summary>
internal static class MembershipStatements
{
    /// <summary>Waits for every other change of the cluster's membership; changes nothing.</summary>
    public const string Lock = "UPDATE warren_cluster SET etag = etag WHERE cluster_id = $1";

    public const string MakeVersion =
        "INSERT INTO warren_cluster (cluster_id, version, etag) VALUES ($1, 0, $2) ON CONFLICT (cluster_id) DO NOTHING";

    /// <summary>Parameters of both moves: cluster, silo, new ETag, new version, expected ETag; of the second also the row's ETag.</summary>
    public const string MoveForInsert = Move + " AND NOT EXISTS (" + Member + ")";

    public const string MoveForUpdate = Move + " AND EXISTS (" + Member + " AND etag = $6)";

    /// <summary>Parameters: cluster, silo, new ETag, then the columns in the order of <see cref="Select"/> from status on.</summary>
    public const string Insert =
        """
        INSERT INTO warren_member (cluster_id, silo, etag, status, silo_name, host_name, proxy_port, role_name, update_zone, fault_zone,
            suspects, start_ticks, alive_ticks)
        SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13
        """
        + " WHERE " + Moved;

    public const string Update =
        """
        UPDATE warren_member SET etag = $3, status = $4, silo_name = $5, host_name = $6, proxy_port = $7, role_name = $8,
            update_zone = $9, fault_zone = $10, suspects = $11, start_ticks = $12, alive_ticks = $13
        WHERE cluster_id = $1 AND silo = $2 AND
        """
        + " " + Moved;

    /// <summary>Takes from a dead silo the right to write. Waits for a transaction it is just making.</summary>
    public const string Fence = "UPDATE warren_writer SET fenced = 1 WHERE cluster_id = $1 AND silo = $2 AND " + Moved;

    public const string Alive = "UPDATE warren_member SET alive_ticks = $3 WHERE cluster_id = $1 AND silo = $2";

    public const string DeleteDefunct =
        "DELETE FROM warren_member WHERE cluster_id = $1 AND status = $2 AND start_ticks < $3 AND alive_ticks < $3";

    /// <summary>A writer without a row cannot write, so those of removed members stay fenced.</summary>
    public const string DeleteStrayWriters =
        """
        DELETE FROM warren_writer WHERE cluster_id = $1 AND silo <> '' AND NOT EXISTS (
            SELECT 1 FROM warren_member m WHERE m.cluster_id = warren_writer.cluster_id AND m.silo = warren_writer.silo)
        """;

    public const string DeleteMembers = "DELETE FROM warren_member WHERE cluster_id = $1";

    public const string DeleteVersion = "DELETE FROM warren_cluster WHERE cluster_id = $1";

    /// <summary>One statement, so that version and rows are of one moment. A cluster without members has one row of nulls.</summary>
    public const string Select =
        """
        SELECT c.version, c.etag, m.silo, m.etag, m.status, m.silo_name, m.host_name, m.proxy_port, m.role_name, m.update_zone,
            m.fault_zone, m.suspects, m.start_ticks, m.alive_ticks
        FROM warren_cluster c LEFT JOIN warren_member m ON m.cluster_id = c.cluster_id
        """;

    public const string SelectAll = Select + " WHERE c.cluster_id = $1";

    public const string SelectOne = Select + " AND m.silo = $2 WHERE c.cluster_id = $1";

    private const string Move = "UPDATE warren_cluster SET version = $4, etag = $3 WHERE cluster_id = $1 AND etag = $5";

    private const string Member = "SELECT 1 FROM warren_member WHERE cluster_id = $1 AND silo = $2";

    private const string Moved = "EXISTS (SELECT 1 FROM warren_cluster WHERE cluster_id = $1 AND etag = $3)";
}
