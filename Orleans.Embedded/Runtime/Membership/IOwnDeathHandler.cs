namespace Orleans.Runtime.Membership;

/// <summary>Ends this silo when the cluster has declared it dead.</summary>
internal interface IOwnDeathHandler
{
    /// <summary>
    /// Called once, when the silo has read that it is dead. It must stop at once, without handing anything over: others own its
    /// grains already. Must not block.
    /// </summary>
    void OnDeclaredDead(string reason);
}
