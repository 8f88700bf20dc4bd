namespace Orleans.Configuration;

/// <summary>Which cluster a silo or client belongs to. Processes of different clusters refuse to talk to one another.</summary>
public sealed class ClusterOptions
{
    public const string DefaultClusterId = "default";
    public const string DefaultServiceId = "default";

    /// <summary>Names the cluster of processes. Default: <c>default</c>.</summary>
    public string ClusterId { get; set; } = DefaultClusterId;

    /// <summary>Names the service whose data the cluster works on, over the lives of clusters. Default: <c>default</c>.</summary>
    public string ServiceId { get; set; } = DefaultServiceId;
}
