namespace Warren.Silo.Tests.Stores;

/// <summary>The databases that every test of the store runs on.</summary>
public enum StoreKind
{
    Sqlite,
    Postgres,
}
