using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Warren.Agent.Network.Netlink;
using Warren.Agent.Runtime;

namespace Warren.Agent.Network.Namespaces;

/// <summary>The containers' network namespaces: each is bound to a file with the container's name, and lives as long as that.</summary>
internal sealed class NamespaceFolder(string folder)
{
    private const int NetworkNamespace = 0x40000000;
    private const ulong Bind = 4096;
    private const int Lazily = 2;

    public string PathOf(ContainerId id) => Path.Combine(folder, id.Value);

    public void Create() => Directory.CreateDirectory(folder);

    /// <summary>Whether the container's file is a namespace.</summary>
    public bool Exists(ContainerId id) => Libc.IsNamespace(PathOf(id));

    /// <summary>
    /// Takes the calling thread into the container's namespace, which is made if there is none. The thread must be a
    /// <see cref="DedicatedThread"/>; it never comes back.
    /// </summary>
    /// <returns>The namespace's file, open.</returns>
    public SafeFileHandle EnterOrCreate(ContainerId id)
    {
        var path = PathOf(id);
        if (Libc.IsNamespace(path)) return Enter(path);
        if (Libc.Unshare(NetworkNamespace) != 0) throw Libc.LastFailure($"make a network namespace for {id}");
        // A file that a crash left without a namespace serves as well.
        File.OpenHandle(path, FileMode.OpenOrCreate).Dispose();
        if (Libc.Mount("/proc/thread-self/ns/net", path, null, Bind, null) != 0) throw Libc.LastFailure($"bind the network namespace of {id} to {path}");
        return File.OpenHandle(path);
    }

    /// <summary>Takes the calling thread, which must be a <see cref="DedicatedThread"/>, into a namespace that exists.</summary>
    public SafeFileHandle Enter(ContainerId id) => Enter(PathOf(id));

    /// <returns>Whether there was anything.</returns>
    public bool Remove(ContainerId id)
    {
        var path = PathOf(id);
        if (!File.Exists(path)) return false;
        // One may be bound above another.
        while (Libc.Unmount(path, Lazily) == 0)
        {
        }

        var error = Marshal.GetLastPInvokeError();
        if (error is not (Libc.Invalid or Libc.NoEntry)) throw Libc.Failure(error, $"unbind the network namespace {path}");
        File.Delete(path);
        return true;
    }

    /// <summary>All containers that have a file, with or without a namespace.</summary>
    public IReadOnlyList<ContainerId> List()
    {
        var found = new List<ContainerId>();
        if (!Directory.Exists(folder)) return found;
        foreach (var file in Directory.EnumerateFiles(folder))
        {
            if (ContainerId.TryParse(Path.GetFileName(file), out var id)) found.Add(id);
        }

        return found;
    }

    private static SafeFileHandle Enter(string path)
    {
        var handle = File.OpenHandle(path);
        if (Libc.SetNamespace(handle, NetworkNamespace) == 0) return handle;
        var failure = Libc.LastFailure($"enter the network namespace {path}");
        handle.Dispose();
        throw failure;
    }
}
