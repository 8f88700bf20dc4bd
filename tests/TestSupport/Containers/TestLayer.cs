using System.Diagnostics;
using System.Formats.Tar;
using System.Text;
using Warren.TestSupport.Processes;

namespace Warren.TestSupport.Containers;

/// <summary>Files of an image's layer.</summary>
public sealed class TestLayer
{
    private const string BusyboxPath = "/bin/busybox";

    private static readonly Lazy<string[]> s_applets = new(() =>
    {
        using var busybox = Process.Start(new ProcessStartInfo(BusyboxPath, "--list") { RedirectStandardOutput = true })
            ?? throw new ChildFailedException($"{BusyboxPath} did not start");
        return busybox.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    });

    private readonly List<TarEntry> _entries = [];

    /// <summary>A layer with busybox-static, its applets, and the folders and files that programs expect.</summary>
    public static TestLayer Busybox()
    {
        var layer = new TestLayer()
            .Folder("bin").Folder("etc").Folder("home/web", uid: 1000, gid: 1000).Folder("root").Folder("tmp", mode: 0x3FF).Folder("var/run")
            .File("etc/passwd", "root:x:0:0:root:/root:/bin/sh\nweb:x:1000:1000:web:/home/web:/bin/sh\n")
            .File("etc/group", "root:x:0:\nweb:x:1000:\nstaff:x:50:web\n")
            .ProgramFrom("bin/busybox", BusyboxPath);
        foreach (var applet in s_applets.Value.Where(applet => applet != "busybox"))
            layer.Link("bin/" + applet, "busybox");
        return layer;
    }

    /// <summary>Adds a folder; <paramref name="mode"/> is its permission bits.</summary>
    public TestLayer Folder(string path, int mode = 0x1ED, int uid = 0, int gid = 0) =>
        Add(new PaxTarEntry(TarEntryType.Directory, path + "/"), mode, uid, gid);

    /// <summary>Adds a file with text.</summary>
    public TestLayer File(string path, string text, int mode = 0x1A4, int uid = 0, int gid = 0) =>
        File(path, Encoding.UTF8.GetBytes(text), mode, uid, gid);

    /// <summary>Adds a file.</summary>
    public TestLayer File(string path, byte[] bytes, int mode = 0x1A4, int uid = 0, int gid = 0) =>
        Add(new PaxTarEntry(TarEntryType.RegularFile, path) { DataStream = new MemoryStream(bytes) }, mode, uid, gid);

    /// <summary>Adds a program of this machine, which must be static.</summary>
    public TestLayer ProgramFrom(string path, string source) => File(path, System.IO.File.ReadAllBytes(source), mode: 0x1ED);

    /// <summary>Adds a symbolic link.</summary>
    public TestLayer Link(string path, string target) => Add(new PaxTarEntry(TarEntryType.SymbolicLink, path) { LinkName = target }, 0x1FF, 0, 0);

    /// <summary>Adds any entry, as it is.</summary>
    public TestLayer Entry(TarEntry entry)
    {
        _entries.Add(entry);
        return this;
    }

    /// <summary>The layer as a plain tar file; the same layer gives the same bytes.</summary>
    public byte[] ToTar()
    {
        using var stream = new MemoryStream();
        using (var tar = new TarWriter(stream, TarEntryFormat.Pax, leaveOpen: true))
        {
            foreach (var entry in _entries)
            {
                if (entry.DataStream is { } data) data.Position = 0;
                tar.WriteEntry(entry);
            }
        }
        return stream.ToArray();
    }

    private TestLayer Add(PaxTarEntry entry, int mode, int uid, int gid)
    {
        entry.Mode = (UnixFileMode)mode;
        entry.Uid = uid;
        entry.Gid = gid;
        entry.ModificationTime = DateTimeOffset.UnixEpoch;
        return Entry(entry);
    }
}
