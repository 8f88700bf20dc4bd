using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace Warren.Hosting.Files;

/// <summary>Files that outlive a power cut: under their name there is all of the old or all of the new content, and after a return the new one.</summary>
public static partial class DurableFile
{
    /// <summary>How the name of a file ends for as long as it is only being written.</summary>
    public const string Draft = ".new";

    private const int ReadOnly = 0, CloseOnExec = 0x80000, Exists = 17, WorkingFolder = -100;
    private const uint NoReplace = 1;

    // Nobody writes a file for so long: what is older was left by a crash.
    private static readonly TimeSpan s_longest = TimeSpan.FromHours(1);

    /// <summary>Writes a file, in place of the one of that name. Of several who write it at once one is last, and the file is whole all the time.</summary>
    /// <param name="path">Its full path; the folder is there.</param>
    /// <param name="content">All of it.</param>
    /// <param name="mode">Who may do what with it, as far as the process's umask allows.</param>
    /// <exception cref="IOException">It cannot be written; the old one is as before.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content, UnixFileMode mode)
    {
        // What a crash left of an earlier attempt is of no use.
        var begin = TimeProvider.System.GetUtcNow() - s_longest;
        foreach (var left in DraftsOf(path).Where(draft => File.GetLastWriteTimeUtc(draft) < begin)) File.Delete(left);
        Place(path, content, mode, overwrite: true);
    }

    /// <summary>Writes a file unless there is one of that name.</summary>
    /// <returns>Whether there was none.</returns>
    /// <inheritdoc cref="Write"/>
    public static bool TryCreate(string path, ReadOnlySpan<byte> content, UnixFileMode mode)
    {
        if (File.Exists(path)) return false;
        try
        {
            Place(path, content, mode, overwrite: false);
            return true;
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another process was first.
            return false;
        }
    }

    /// <summary>Deletes what crashes left of attempts to write a file, which nobody writes any more.</summary>
    public static void DeleteDrafts(string path)
    {
        foreach (var draft in DraftsOf(path)) File.Delete(draft);
    }

    /// <summary>Makes the names that were added to, removed from or changed in a folder last.</summary>
    /// <exception cref="IOException">The folder cannot be opened or its disk failed.</exception>
    public static void FlushFolder(string folder)
    {
        var descriptor = OpenCall(folder, ReadOnly | CloseOnExec);
        if (descriptor < 0) throw Failure($"could not open {folder}");
        using var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        if (FlushCall(handle) != 0) throw Failure($"could not flush {folder}");
    }

    private static string[] DraftsOf(string path) => Directory.GetFileSystemEntries(Path.GetDirectoryName(path)!, $"{Path.GetFileName(path)}*{Draft}");

    private static void Place(string path, ReadOnlySpan<byte> content, UnixFileMode mode, bool overwrite)
    {
        // Another process may be writing the same file.
        var fresh = $"{path}.{RandomNumberGenerator.GetHexString(8, lowercase: true)}{Draft}";
        try
        {
            using (var file = new FileStream(fresh, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = mode }))
            {
                file.Write(content);
                file.Flush(flushToDisk: true);
            }

            if (overwrite) File.Move(fresh, path, overwrite: true);
            else MoveToNew(fresh, path);
        }
        catch
        {
            File.Delete(fresh);
            throw;
        }

        FlushFolder(Path.GetDirectoryName(path)!);
    }

    /// <summary>In one step: <see cref="File.Move(string, string)"/> looks whether there is one of that name and renames then, over one that was made in between.</summary>
    private static void MoveToNew(string fresh, string path)
    {
        if (LinkCall(fresh, path) == 0)
        {
            File.Delete(fresh);
            return;
        }

        // Not every file system has a second name for a file, or a rename that replaces nothing, but each has one of them.
        if (Marshal.GetLastPInvokeError() == Exists || RenameCall(WorkingFolder, fresh, WorkingFolder, path, NoReplace) != 0) throw Failure($"could not make {path}");
    }

    private static IOException Failure(string what)
    {
        var error = Marshal.GetLastPInvokeError();
        return new IOException($"{what}: {Marshal.GetPInvokeErrorMessage(error)}", new Win32Exception(error));
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenCall(string path, int flags);

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int LinkCall(string path, string name);

    [LibraryImport("libc", EntryPoint = "renameat2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int RenameCall(int folder, string path, int newFolder, string name, uint flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FlushCall(SafeFileHandle file);
}
