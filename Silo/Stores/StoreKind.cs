namespace Warren.Silo.Stores;

/// <summary>Where the state of the cluster is kept.</summary>
public enum StoreKind
{
    /// <summary>A file on this machine, for one manager.</summary>
    Sqlite = 0,

    /// <summary>A PostgreSQL server, for several managers.</summary>
    Postgres = 1,
}
