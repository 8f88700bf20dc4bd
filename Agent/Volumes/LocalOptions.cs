using System.Globalization;
using Warren.Volumes;

namespace Warren.Agent.Volumes;

/// <summary>The options of a <c>local</c> volume, read.</summary>
/// <param name="IsTmpfs">Whether it lies in memory.</param>
/// <param name="Size">For tmpfs the most bytes it may hold; null for the kernel's default, half of the memory.</param>
/// <param name="Mode">Permission bits of its root; null for 0755, with tmpfs 01777.</param>
/// <param name="User">Owner of its root; null for root.</param>
/// <param name="Group">Group of its root; null for root.</param>
internal sealed record LocalOptions(bool IsTmpfs, long? Size, int? Mode, uint? User, uint? Group)
{
    private const int MaxMode = 0xFFF;

    // The highest number means "unchanged" to the kernel.
    private const uint MaxId = uint.MaxValue - 1;

    /// <summary>Reads them, and says everything that is wrong.</summary>
    public static (LocalOptions Options, IReadOnlyList<string> Problems) Read(VolumeSpec spec)
    {
        var options = new LocalOptions(false, null, null, null, null);
        var problems = new List<string>();
        foreach (var (name, value) in spec.Options)
        {
            switch (name)
            {
                case "type" when value == "tmpfs":
                    options = options with { IsTmpfs = true };
                    break;
                case "type":
                    problems.Add($"options.type: must be 'tmpfs', or left out for a folder of the node, was '{value}'");
                    break;
                case "size" when long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var size) && size > 0:
                    options = options with { Size = size };
                    break;
                case "size":
                    problems.Add($"options.size: must be a positive number of bytes, was '{value}'");
                    break;
                case "mode" when TryReadOctal(value, out var mode):
                    options = options with { Mode = mode };
                    break;
                case "mode":
                    problems.Add($"options.mode: must be an octal number from 0 to 7777, was '{value}'");
                    break;
                case "uid" when TryReadId(value, out var user):
                    options = options with { User = user };
                    break;
                case "gid" when TryReadId(value, out var group):
                    options = options with { Group = group };
                    break;
                case "uid" or "gid":
                    problems.Add($"options.{name}: must be a number from 0 to {MaxId}, was '{value}'");
                    break;
                default:
                    problems.Add($"options.{name}: the driver 'local' has no such option; it has type, size, mode, uid and gid");
                    break;
            }
        }

        if (options.Size is not null && !options.IsTmpfs) problems.Add("options.size: only with type=tmpfs; a folder of the node has no limit");
        return (options, problems);
    }

    private static bool TryReadId(string value, out uint id) =>
        uint.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out id) && id <= MaxId;

    private static bool TryReadOctal(string value, out int mode)
    {
        mode = 0;
        if (value.Length is 0 or > 5 || value.Any(c => c is < '0' or > '7')) return false;
        mode = Convert.ToInt32(value, 8);
        return mode <= MaxMode;
    }
}
