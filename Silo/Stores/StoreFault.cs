namespace Warren.Silo.Stores;

/// <summary>Why the store did not do what it was asked. The numbers travel between processes.</summary>
[GenerateSerializer]
public enum StoreFault
{
    /// <summary>The database refused a statement for a reason that Warren does not know.</summary>
    Rejected = 0,

    /// <summary>Nobody answers, or the database is starting or stopping. Passes by itself.</summary>
    Unreachable = 10,

    /// <summary>Another process holds the database longer than the lock time-out. Passes by itself.</summary>
    Locked = 20,

    /// <summary>More writes wait than the limit allows. Passes by itself.</summary>
    Overloaded = 30,

    /// <summary>The silo is stopping and its store is closed.</summary>
    Closed = 40,

    /// <summary>The file, its directory or the server takes no writes.</summary>
    ReadOnly = 50,

    /// <summary>The disk below the database is full.</summary>
    Full = 60,

    /// <summary>Wrong credentials, or missing permission on a file, a table or the database.</summary>
    Denied = 70,

    /// <summary>The schema is newer than this release knows, or tables are missing.</summary>
    WrongSchema = 80,

    /// <summary>The database is not one of Warren's, or does not exist.</summary>
    WrongDatabase = 90,

    /// <summary>The database, or a record in it, cannot be read.</summary>
    Damaged = 100,

    /// <summary>This silo was declared dead, so the store takes no more writes from it.</summary>
    Fenced = 110,
}
