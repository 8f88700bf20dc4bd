using System.Globalization;

namespace Orleans.Runtime;

/// <summary>How keys that are not strings are written in grain ids.</summary>
public static class GrainIdKeyExtensions
{
    /// <summary>Upper-case hexadecimal without leading zeros.</summary>
    public static IdSpan CreateIntegerKey(long key) => IdSpan.Create(key.ToString("X", CultureInfo.InvariantCulture));

    /// <summary>32 hexadecimal digits.</summary>
    public static IdSpan CreateGuidKey(Guid key) => IdSpan.Create(key.ToString("N"));

    /// <exception cref="ArgumentException">The key is no integer.</exception>
    public static long GetIntegerKey(this GrainId grainId) =>
        long.TryParse(grainId.Key.ToString(), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var key)
            ? key
            : throw new ArgumentException($"The key of '{grainId}' is no integer.");

    /// <exception cref="ArgumentException">The key is no GUID.</exception>
    public static Guid GetGuidKey(this GrainId grainId) =>
        Guid.TryParseExact(grainId.Key.ToString(), "N", out var key) ? key : throw new ArgumentException($"The key of '{grainId}' is no GUID.");
}
