namespace Orleans.Configuration;

/// <summary>What a silo is called.</summary>
public sealed class SiloOptions
{
    /// <summary>A name for people. Default: the machine's name.</summary>
    public string SiloName { get; set; } = Environment.MachineName;
}
