namespace Warren.Containers;

/// <summary>The transport of a port.</summary>
[GenerateSerializer]
public enum PortProtocol
{
    /// <summary>TCP.</summary>
    Tcp = 0,

    /// <summary>UDP.</summary>
    Udp = 1,
}
