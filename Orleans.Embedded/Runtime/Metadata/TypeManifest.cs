namespace Orleans.Metadata;

/// <summary>
/// What generated code knows about one assembly: its codecs, grain interfaces and grain classes. The assembly names it by
/// <see cref="TypeManifestAttribute"/>.
/// </summary>
public abstract class TypeManifest
{
    public abstract void Register(ITypeManifestBuilder builder);
}
