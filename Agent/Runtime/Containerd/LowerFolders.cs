using System.Globalization;
using Microsoft.Win32.SafeHandles;
using Warren.Agent.Runtime.Containerd.Api.Types;
using Warren.Agent.Runtime.Kernel;

namespace Warren.Agent.Runtime.Containerd;

/// <summary>The folders that a read-only overlay is made of, the uppermost first.</summary>
internal sealed record LowerFolders(IReadOnlyList<string> Folders)
{
    private const string Lower = "lowerdir=";

    // mount(2) takes a page of options. Long lists are written against an open folder, which shortens each entry.
    private const int MaxData = 4000;

    /// <summary>What the snapshotter says a root file system is made of. The upper folder of a new snapshot is empty and left out.</summary>
    public static LowerFolders Of(Mount mount) => mount.Type == "bind"
        ? new([mount.Source])
        : new(mount.Options.FirstOrDefault(option => option.StartsWith(Lower, StringComparison.Ordinal))?[Lower.Length..].Split(':') ?? []);

    public void MountOverlay(string point, uint flags, string emptyFolder)
    {
        // An overlay of lower folders alone takes at least two.
        List<string> folders = [.. Folders, emptyFolder];
        var data = Lower + string.Join(':', folders);
        if (data.Length <= MaxData)
        {
            LinuxFiles.Mount("overlay", point, "overlay", flags, data);
            return;
        }
        var common = CommonParent(Folders);
        using SafeFileHandle parent = LinuxFiles.OpenRead(common);
        var number = parent.DangerousGetHandle().ToString(CultureInfo.InvariantCulture);
        var shortened = Folders.Select(folder => $"/proc/self/fd/{number}{folder[common.Length..]}").Append(emptyFolder);
        LinuxFiles.Mount("overlay", point, "overlay", flags, Lower + string.Join(':', shortened));
    }

    internal static string CommonParent(IReadOnlyList<string> folders)
    {
        var common = folders[0];
        while (!folders.All(folder => folder.StartsWith(common + "/", StringComparison.Ordinal)))
            common = common[..Math.Max(common.LastIndexOf('/'), 0)];
        return common;
    }
}
