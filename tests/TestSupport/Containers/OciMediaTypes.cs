namespace Warren.TestSupport.Containers;

/// <summary>Media types of the OCI image specification 1.1.</summary>
public static class OciMediaTypes
{
    /// <summary>An image manifest.</summary>
    public const string Manifest = "application/vnd.oci.image.manifest.v1+json";

    /// <summary>An image index.</summary>
    public const string Index = "application/vnd.oci.image.index.v1+json";

    /// <summary>An image config.</summary>
    public const string Config = "application/vnd.oci.image.config.v1+json";

    /// <summary>A layer that is a plain tar file.</summary>
    public const string Layer = "application/vnd.oci.image.layer.v1.tar";
}
