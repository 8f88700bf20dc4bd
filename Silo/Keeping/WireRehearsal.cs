using Warren.Services;
#if !ORLEANS_PACKAGES
using Orleans.Serialization;
#endif

namespace Warren.Silo.Keeping;

/// <summary>Has what a caller sends and gets back when a service is made written and read once, as a connection would.</summary>
internal static class WireRehearsal
{
#if ORLEANS_PACKAGES
    /// <summary>The official packages keep how they write to themselves.</summary>
    public static void Play(ServiceRevision revision) => ArgumentNullException.ThrowIfNull(revision);
#else
    /// <summary>Writes and reads it, and so its spec too.</summary>
    public static void Play(ServiceRevision revision)
    {
        using var writer = new WireWriter();
        Codecs.Of<ServiceRevision>().WriteValue(writer, revision);
        var reader = new WireReader(writer.WrittenSpan);
        Codecs.Of<ServiceRevision>().ReadValue(ref reader);
    }
#endif
}
