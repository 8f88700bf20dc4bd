namespace Orleans.Runtime;

/// <summary>Who this silo is.</summary>
public interface ILocalSiloDetails
{
    string Name { get; }

    string ClusterId { get; }

    string DnsHostName { get; }

    SiloAddress SiloAddress { get; }

    /// <summary>Where this silo takes connections of clients; null when it takes none.</summary>
    SiloAddress? GatewayAddress { get; }
}
