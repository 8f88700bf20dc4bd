namespace Orleans.Runtime.Networking;

/// <summary>What the two ends of a connection are, seen from this process; the names are tags of metrics.</summary>
internal enum LinkKind
{
    SiloToSilo = 0,
    GatewayToClient = 1,
    ClientToGateway = 2,
}
