namespace Warren.Cli.Top;

/// <summary>Of what the use is shown.</summary>
internal enum TopKind
{
    /// <summary>Of services: the sums over their tasks.</summary>
    Services,

    /// <summary>Of tasks.</summary>
    Tasks,

    /// <summary>Of nodes.</summary>
    Nodes,
}
