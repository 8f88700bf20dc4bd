using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Warren.Architecture.Tests.Packages;

/// <summary>Package versions are exact and stand in one file; where packages come from is the machine's business.</summary>
internal static partial class PackageRules
{
    private const string Central = "Directory.Packages.props";

    // Put together here, so that this file does not name what it forbids.
    private static readonly string[] s_registryHosts =
    [
        "nuget" + ".org", "npmjs" + ".org", "npmjs" + ".com", "pypi" + ".org", "pythonhosted" + ".org", "crates" + ".io",
        "deb.debian" + ".org", "security.debian" + ".org", "pkgs.dev" + ".azure", "myget" + ".org", "proxy.golang" + ".org",
    ];

    public static IEnumerable<string> CentralVersions(string xml)
    {
        var versions = XDocument.Parse(xml).Descendants()
            .Where(element => element.Name.LocalName is "PackageVersion" or "GlobalPackageReference");
        foreach (var (name, version) in versions.Select(element => (Name(element), (string?)element.Attribute("Version") ?? "")))
        {
            if (!ExactVersion().IsMatch(version)) yield return $"{Central}: {name} has the version '{version}'; exact is [x.y.z]";
        }
    }

    /// <summary>No project or props file sets a version of its own.</summary>
    public static IEnumerable<string> LocalVersions(string file, string xml) => file == Central
        ? []
        : XDocument.Parse(xml).Descendants()
            .Where(element => element.Name.LocalName is "PackageReference" or "PackageVersion" or "PackageDownload")
            .Where(element => element.Name.LocalName == "PackageVersion" || Has(element, "Version") || Has(element, "VersionOverride"))
            .Select(element => $"{file}: sets a version of {Name(element)}; versions stand in {Central}");

    public static IEnumerable<string> RegistryHosts(string file, string text) => s_registryHosts
        .Where(host => text.Contains(host, StringComparison.OrdinalIgnoreCase))
        .Select(host => $"{file}: names the registry host {host}");

    public static bool IsBinary(string text) => text.Contains('\0', StringComparison.Ordinal);

    private static string Name(XElement element) =>
        (string?)element.Attribute("Include") ?? (string?)element.Attribute("Update") ?? "a package";

    private static bool Has(XElement element, string name) =>
        element.Attribute(name) is not null || element.Elements().Any(child => child.Name.LocalName == name);

    [GeneratedRegex(@"^\[\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?\]$")]
    private static partial Regex ExactVersion();
}
