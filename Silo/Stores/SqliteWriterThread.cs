namespace Warren.Silo.Stores;

/// <summary>
/// The thread on which all writes of this process to one file run, whichever store they are of. SQLite lets those who wait for its
/// lock try again now and then, so of two threads one could wait for ever; here each has its turn.
/// </summary>
internal sealed class SqliteWriterThread
{
    private static readonly Dictionary<string, SqliteWriterThread> s_threads = [];

    private readonly string _file;
    private int _users;

    private SqliteWriterThread(string file)
    {
        _file = file;
        Scheduler = new DedicatedThreadScheduler("store writer");
    }

    public DedicatedThreadScheduler Scheduler { get; }

    public static SqliteWriterThread Share(string file)
    {
        lock (s_threads)
        {
            if (!s_threads.TryGetValue(file, out var thread)) s_threads.Add(file, thread = new SqliteWriterThread(file));
            thread._users++;
            return thread;
        }
    }

    /// <summary>Once for each <see cref="Share"/>: the last one ends the thread.</summary>
    public void Release()
    {
        lock (s_threads)
        {
            if (--_users > 0) return;
            s_threads.Remove(_file);
        }

        Scheduler.Complete();
    }
}
