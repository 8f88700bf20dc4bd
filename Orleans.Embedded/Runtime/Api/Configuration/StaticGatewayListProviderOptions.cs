namespace Orleans.Configuration;

/// <summary>The silos that a client knows beforehand. The others it learns from them.</summary>
public sealed class StaticGatewayListProviderOptions
{
    /// <summary>In the form <c>gwy.tcp://address:port/0</c>. Default: none.</summary>
    public List<Uri> Gateways { get; set; } = [];
}
