using System.ComponentModel;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Warren.Agent.Runtime;

namespace Warren.Agent.Volumes;

/// <summary>
/// Parts of volumes that containers mount instead of the whole. A container that writes to the volume may put a link in the place of a folder
/// between a check and the mount; so the place is opened once, inside the volume, and bound by that reference to a place that
/// no container reaches.
/// </summary>
internal static class VolumeSubpaths
{
    /// <returns>The place to mount from. Called again, the same, and what is bound there stays.</returns>
    public static string Bind(VolumeLayout layout, string name, ContainerId user, string subpath)
    {
        var target = Path.Combine(layout.SubpathsOf(name, user), Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(subpath)))[..32]);
        if (Mounts.IsMounted(target)) return target;
        if (subpath.StartsWith('/') || subpath.Length == 0) throw Invalid(name, subpath, "it must be a path relative to the volume's root");
        var (handle, reason) = VolumeFolder.OpenBeneath(layout.DataOf(name), subpath);
        if (handle is null) throw Invalid(name, subpath, reason!);
        using (handle)
        {
            var source = string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{handle.DangerousGetHandle()}");
            MakeTarget(target, isFolder: Directory.Exists(source));
            try
            {
                Mounts.MountBind(source, target);
            }
            catch (Win32Exception e)
            {
                throw new VolumeException(VolumeFault.Failed, $"'{subpath}' of the volume {name} was not bound to {target}: {e.Message}", e);
            }
        }

        return target;
    }

    public static void Unbind(VolumeLayout layout, string name, string user) => UnbindBelow(Path.Combine(layout.SubpathsOf(name), user));

    public static void UnbindAll(VolumeLayout layout, string name) => UnbindBelow(layout.SubpathsOf(name));

    private static void UnbindBelow(string folder)
    {
        if (!Directory.Exists(folder)) return;
        foreach (var mount in Mounts.At(folder)) Mounts.Unmount(mount);
        // Were something still mounted, what is in the volume would go: so only empty files and folders are taken away.
        foreach (var file in Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Where(file => new FileInfo(file).Length == 0)) File.Delete(file);
        foreach (var below in Directory.GetDirectories(folder, "*", SearchOption.AllDirectories).OrderByDescending(path => path.Length)) Directory.Delete(below);
        Directory.Delete(folder);
    }

    private static void MakeTarget(string target, bool isFolder)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        // What stands there from an attempt before may be of the other kind by now.
        if (File.Exists(target)) File.Delete(target);
        if (isFolder) Directory.CreateDirectory(target);
        else if (Directory.Exists(target)) Directory.Delete(target);
        if (!isFolder) File.Create(target).Dispose();
    }

    private static VolumeException Invalid(string name, string subpath, string reason) =>
        new(VolumeFault.Invalid, $"'{subpath}' of the volume {name} cannot be mounted: {reason}");
}
