namespace Orleans.Runtime;

/// <summary>Grains of the engine itself that exist once in each silo: their key is the silo's address.</summary>
internal static class SystemGrains
{
    /// <summary>The grain type by which other silos reach one silo's runtime.</summary>
    public const string SiloControl = "sys.silo";

    private static readonly GrainType SiloControlType = GrainType.Create(SiloControl);

    public static bool IsPerSilo(GrainType type) => type.Equals(SiloControlType);

    public static GrainId SiloControlOf(SiloAddress silo) => GrainId.Create(SiloControlType, silo.ToParsableString());

    public static SiloAddress? SiloOf(GrainId grainId) => SiloAddress.TryParse(grainId.Key.ToString(), out var silo) ? silo : null;
}
