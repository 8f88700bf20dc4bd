namespace Warren.TestSupport.Containers;

/// <summary>How a layer is packed in a registry.</summary>
public enum LayerPacking
{
    /// <summary>As a plain tar file.</summary>
    Plain = 0,

    /// <summary>By gzip.</summary>
    Gzip = 1,

    /// <summary>By zstd.</summary>
    Zstd = 2,
}
