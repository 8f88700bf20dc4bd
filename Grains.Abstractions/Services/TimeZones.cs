using System.Diagnostics.CodeAnalysis;

namespace Warren.Services;

/// <summary>Time zones by their IANA names, from the machine's own files (Debian: package tzdata).</summary>
public static class TimeZones
{
    /// <summary>Takes a name that may be none; then <paramref name="problem"/> says so.</summary>
    public static bool TryFind(string name, [NotNullWhen(true)] out TimeZoneInfo? zone, [NotNullWhen(false)] out string? problem)
    {
        zone = null;
        problem = null;

        // The name is a path below the folder of zones.
        var isName = name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '_' or '+' or '-');
        if (isName && TimeZoneInfo.TryFindSystemTimeZoneById(name, out zone)) return true;
        problem = $"must be the IANA name of a time zone that this machine knows (Debian: package tzdata), such as Europe/Berlin, was '{name}'";
        return false;
    }
}
