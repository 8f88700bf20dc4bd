namespace Orleans.Runtime.Networking;

/// <summary>What a <see cref="Connection"/> reports. Called without its gate.</summary>
internal interface IConnectionOwner
{
    /// <summary>No more calls may be made over it; those under way go on.</summary>
    void OnDraining(Connection connection);

    /// <param name="connection">The connection; its calls have been failed.</param>
    /// <param name="reason">Null after a graceful close.</param>
    void OnClosed(Connection connection, Exception? reason);
}
