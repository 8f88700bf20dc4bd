using System.CommandLine;

namespace Warren.Cli.Running;

/// <summary>Flags of lists.</summary>
internal static class ListOptions
{
    /// <summary>Which labels are wanted.</summary>
    public static Option<string?> Filter() => new("--filter", "-f") { Description = "Labels that are wanted: NAME, !NAME, NAME=VALUE, NAME!=VALUE, parted by commas", HelpName = "labels" };

    /// <summary>Whether what has ended is wanted, too.</summary>
    public static Option<bool> All() => new("--all", "-a") { Description = "Also tasks that have ended" };
}
