namespace Warren.Silo.Stores;

/// <summary>What an engine makes of an exception of its database driver.</summary>
/// <param name="Fault">The kind of failure.</param>
/// <param name="Cause">The database's own words.</param>
internal sealed record StoreFailure(StoreFault Fault, string Cause)
{
    /// <summary>Whether it is certain that the transaction did not happen.</summary>
    public bool NothingWritten { get; init; } = true;

    /// <summary>Whether the connection is of no further use.</summary>
    public bool ConnectionLost { get; init; }

    /// <summary>Whether the database chose this transaction as the victim of a conflict: the same again may work at once.</summary>
    public bool Retry { get; init; }

    /// <summary>Whether the fault lies with the data of one statement, so that other rows of the transaction may well be written.</summary>
    public bool RowFault { get; init; }

    public StoreException ToException(string store, Exception? inner = null)
    {
        var (problem, step) = Explain(Fault);
        var outcome = NothingWritten ? "Nothing was written." : "It is not known whether anything was written.";
        var message = $"The {store} {problem}: {Cause.TrimEnd('.')}. {outcome} {step}";
        return Fault is StoreFault.Unreachable or StoreFault.Locked or StoreFault.Overloaded or StoreFault.Closed
            ? new StoreUnavailableException(Fault, message, inner)
            : Fault is StoreFault.Fenced ? new StoreFencedException(message) : new StoreException(Fault, message, inner);
    }

    private static (string Problem, string Step) Explain(StoreFault fault) => fault switch
    {
        StoreFault.Unreachable => (
            "cannot be reached",
            "Check that the database runs and is where the settings say; calls work again as soon as it answers."),
        StoreFault.Locked => ("is locked by another process", "Find who else uses it; the call may be repeated."),
        StoreFault.Overloaded => (
            "is overloaded",
            "Repeat the call later; if this goes on, the database's disk is too slow for the load."),
        StoreFault.Closed => ("is closed", "The silo is stopping; the call can be repeated on another silo."),
        StoreFault.ReadOnly => (
            "is read-only",
            "Make the file and its directory writable for this user, or name the primary server in the settings."),
        StoreFault.Full => ("is full", "Free space on the disk below it; writes work again at once."),
        StoreFault.Denied => ("refuses access", "Correct the credentials in the settings, or the permissions of this user."),
        StoreFault.WrongSchema => ("has a wrong schema", "Use the release that fits it, or the database that fits this release."),
        StoreFault.WrongDatabase => (
            "is not a database of Warren",
            "Name an empty database, or the one that Warren made, in the settings."),
        StoreFault.Damaged => ("is damaged", "Stop the silo and restore the database from a backup."),
        StoreFault.Fenced => ("refuses this silo", "The silo has to stop; a new one may start in its place."),
        _ => ("refused a statement", "Please report this with the log of the database."),
    };
}
