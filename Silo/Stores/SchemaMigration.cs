namespace Warren.Silo.Stores;

/// <summary>One step of the schema, in statements that every engine understands. A released step never changes.</summary>
/// <param name="Version">The version that the step leads to: one more than the one before.</param>
/// <param name="Statements">Run in order, in the transaction that also moves the version.</param>
internal sealed record SchemaMigration(int Version, params string[] Statements)
{
    /// <summary>
    /// All steps. During a rolling upgrade silos of the release before still work on the schema, so a step adds, and what it makes
    /// superfluous is removed one release later.
    /// </summary>
    public static IReadOnlyList<SchemaMigration> All { get; } =
    [
        new(
            1,
            """
            CREATE TABLE warren_state (
                service_id TEXT NOT NULL,
                grain_type TEXT NOT NULL,
                grain_key TEXT NOT NULL,
                state_name TEXT NOT NULL,
                version BIGINT NOT NULL,
                form INTEGER NOT NULL,
                payload TEXT NOT NULL,
                PRIMARY KEY (service_id, grain_type, grain_key, state_name))
            """,
            """
            CREATE TABLE warren_reminder (
                service_id TEXT NOT NULL,
                grain_type TEXT NOT NULL,
                grain_key TEXT NOT NULL,
                name TEXT NOT NULL,
                hash BIGINT NOT NULL,
                start_ticks BIGINT NOT NULL,
                period_ticks BIGINT NOT NULL,
                version BIGINT NOT NULL,
                PRIMARY KEY (service_id, grain_type, grain_key, name))
            """,
            "CREATE INDEX warren_reminder_hash ON warren_reminder (service_id, hash)",
            """
            CREATE TABLE warren_cluster (
                cluster_id TEXT NOT NULL PRIMARY KEY,
                version INTEGER NOT NULL,
                etag BIGINT NOT NULL)
            """,
            """
            CREATE TABLE warren_member (
                cluster_id TEXT NOT NULL,
                silo TEXT NOT NULL,
                etag BIGINT NOT NULL,
                status INTEGER NOT NULL,
                silo_name TEXT NOT NULL,
                host_name TEXT NOT NULL,
                proxy_port INTEGER NOT NULL,
                role_name TEXT,
                update_zone INTEGER NOT NULL,
                fault_zone INTEGER NOT NULL,
                suspects TEXT NOT NULL,
                start_ticks BIGINT NOT NULL,
                alive_ticks BIGINT NOT NULL,
                PRIMARY KEY (cluster_id, silo))
            """,
            """
            CREATE TABLE warren_writer (
                epoch BIGINT NOT NULL PRIMARY KEY,
                token BIGINT NOT NULL,
                cluster_id TEXT NOT NULL,
                silo TEXT NOT NULL,
                batch BIGINT NOT NULL,
                fenced INTEGER NOT NULL)
            """,
            """
            CREATE TABLE warren_counter (
                name TEXT NOT NULL PRIMARY KEY,
                value BIGINT NOT NULL)
            """,
            "INSERT INTO warren_counter (name, value) VALUES ('epoch', 0)"),
    ];
}
