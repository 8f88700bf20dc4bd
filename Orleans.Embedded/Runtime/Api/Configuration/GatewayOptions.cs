namespace Orleans.Configuration;

/// <summary>How a client finds silos.</summary>
public sealed class GatewayOptions
{
    /// <summary>How often a client without connection asks for the list of gateways anew. Default: 5 seconds.</summary>
    public TimeSpan GatewayListRefreshPeriod { get; set; } = TimeSpan.FromSeconds(5);
}
