using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Warren.Images.Formats;

/// <summary>The platforms whose images a machine runs, the best first.</summary>
internal sealed class PlatformMatcher
{
    private const int MaxArmVariant = 8, MinArmVariant = 5;

    private PlatformMatcher(ImmutableArray<Platform> order) => Order = order;

    /// <summary>What this machine runs.</summary>
    public static PlatformMatcher Host { get; } = For(HostPlatform());

    /// <summary>In order of preference.</summary>
    public ImmutableArray<Platform> Order { get; }

    /// <summary>The machine's own platform.</summary>
    public Platform Preferred => Order[0];

    /// <summary>What a machine runs besides its own platform: earlier variants of its processor, then the 32-bit sibling.</summary>
    public static PlatformMatcher For(Platform machine)
    {
        var own = machine.Normalize();
        return new([.. Fallbacks(own).Select(platform => platform.Normalize()).Distinct()]);
    }

    /// <summary>The best of the platforms, or null if none runs here. Of two alike the first.</summary>
    public Platform? Best(IEnumerable<Platform> platforms) =>
        platforms.Select((platform, index) => (platform, index, rank: Rank(platform)))
            .Where(entry => entry.rank >= 0)
            .OrderBy(entry => entry.rank).ThenBy(entry => entry.index)
            .Select(entry => entry.platform)
            .FirstOrDefault();

    public bool Runs(Platform platform) => Rank(platform) >= 0;

    private int Rank(Platform platform) => Order.IndexOf(platform.Normalize());

    private static IEnumerable<Platform> Fallbacks(Platform own)
    {
        switch (own.Architecture)
        {
            case "amd64":
                for (var level = LevelOf(own.Variant, 1); level >= 1; level--) yield return own with { Variant = $"v{level}" };
                yield return new(own.Os, "386");
                break;
            case "arm64":
                yield return own;
                yield return own with { Variant = "" };
                for (var level = MaxArmVariant; level >= MinArmVariant; level--) yield return new(own.Os, "arm", $"v{level}");
                break;
            case "arm":
                for (var level = LevelOf(own.Variant, 7); level >= MinArmVariant; level--) yield return own with { Variant = $"v{level}" };
                break;
            default:
                yield return own;
                break;
        }
    }

    private static int LevelOf(string variant, int otherwise) =>
        variant.Length == 2 && variant[0] == 'v' && char.IsAsciiDigit(variant[1]) ? variant[1] - '0' : otherwise;

    private static Platform HostPlatform() => RuntimeInformation.OSArchitecture switch
    {
        Architecture.X64 => new("linux", "amd64", Avx512F.IsSupported ? "v4" : Avx2.IsSupported && Bmi2.IsSupported ? "v3" : Sse42.IsSupported ? "v2" : ""),
        Architecture.X86 => new("linux", "386"),
        Architecture.Arm64 => new("linux", "arm64", "v8"),
        Architecture.Arm => new("linux", "arm", "v7"),
        Architecture.Armv6 => new("linux", "arm", "v6"),
        var other => new("linux", other.ToString().ToLowerInvariant()),
    };
}
