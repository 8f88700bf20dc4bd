using System.Collections.Concurrent;
using Microsoft.Win32.SafeHandles;
using Warren.Agent.Runtime.Containerd.Api.Types;
using Warren.Agent.Runtime.Kernel;

namespace Warren.Agent.Runtime.Containerd;

/// <summary>Looks into an image for its users and groups.</summary>
internal sealed class RootFileSystem(RunFolder run)
{
    private const int MaxFileBytes = 4 * 1024 * 1024;
    private const int MaxRemembered = 256;

    private readonly ConcurrentDictionary<string, AccountFiles> _known = new(StringComparer.Ordinal);

    /// <summary>The files of an image that was looked into before: what a chain id names never changes.</summary>
    public AccountFiles? FindKnown(string chainId) => _known.TryGetValue(chainId, out var files) ? files : null;

    /// <summary>
    /// Reads the files in a container's snapshot that has never been written to. It is mounted for it, read-only, and taken out of the tree at once, so
    /// that only a crash within this call leaves a mount behind.
    /// </summary>
    public AccountFiles Read(ContainerId id, string chainId, IReadOnlyList<Mount> mounts)
    {
        var point = run.MakeMountPoint(id);
        try
        {
            MountReadOnly(mounts, point);
            using var root = LinuxFiles.OpenRead(point);
            run.RemoveMount(id);
            var files = ReadBelow(root);
            if (_known.Count >= MaxRemembered) _known.Clear();
            _known[chainId] = files;
            return files;
        }
        finally
        {
            run.RemoveMount(id);
        }
    }

    /// <summary>Reads the files as a running process sees them.</summary>
    public static AccountFiles ReadOfProcess(int process)
    {
        using var root = LinuxFiles.OpenRead(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"/proc/{process}/root"));
        return ReadBelow(root);
    }

    private static AccountFiles ReadBelow(SafeFileHandle root) => new(
        LinuxFiles.ReadTextInRoot(root, "etc/passwd", MaxFileBytes), LinuxFiles.ReadTextInRoot(root, "etc/group", MaxFileBytes));

    private void MountReadOnly(IReadOnlyList<Mount> mounts, string point)
    {
        const uint Flags = LinuxFiles.MountReadOnly | LinuxFiles.MountNoDevices | LinuxFiles.MountNoSetUid | LinuxFiles.MountNoExec;
        foreach (var mount in mounts)
        {
            switch (mount.Type)
            {
                case "bind" or "overlay":
                    LowerFolders.Of(mount).MountOverlay(point, Flags, run.Empty);
                    break;
                default:
                    var data = mount.Options.Where(option => option is not ("ro" or "rw" or "loop"));
                    LinuxFiles.Mount(mount.Source, point, mount.Type, Flags, string.Join(',', data));
                    break;
            }
        }
    }
}
