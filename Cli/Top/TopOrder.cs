namespace Warren.Cli.Top;

/// <summary>In which order use is shown.</summary>
internal enum TopOrder
{
    /// <summary>Who uses the most of processors first.</summary>
    Cpu,

    /// <summary>Who uses the most memory first.</summary>
    Memory,

    /// <summary>By name.</summary>
    Name,
}
