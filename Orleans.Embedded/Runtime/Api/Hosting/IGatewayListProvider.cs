namespace Orleans.Messaging;

/// <summary>Tells a client which silos it may dial.</summary>
public interface IGatewayListProvider
{
    /// <summary>How long a list may be used before it is asked for again.</summary>
    TimeSpan MaxStaleness { get; }

    /// <summary>Whether the list may change. The engine asks for it at each try to connect, whatever this says.</summary>
    bool IsUpdatable { get; }

    Task InitializeGatewayListProvider();

    /// <summary>In the form <c>gwy.tcp://address:port/generation</c>; a generation of 0 means whichever runs there.</summary>
    Task<IList<Uri>> GetGateways();
}
