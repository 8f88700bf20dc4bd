namespace Orleans.TestingHost;

/// <summary>What distinguishes one silo of a test cluster from the others.</summary>
public sealed class InProcessTestSiloSpecificOptions
{
    public int GatewayPort { get; set; }

    public string SiloName { get; set; } = "";

    public int SiloPort { get; set; }
}
