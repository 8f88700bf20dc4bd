using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Warren.Cli.Machines;

/// <summary>
/// The data folder of one of this machine's daemons, with what this command keeps there beside the daemon's own files: its log, which process it is, and by which options
/// it was started, so that it can be started again.
/// </summary>
/// <param name="root">Warren's folder on this machine.</param>
/// <param name="role">manager or worker.</param>
internal sealed class DaemonFolder(string root, string role)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>What the daemon is: manager or worker.</summary>
    public string Role => role;

    /// <summary>The folder.</summary>
    public string Folder { get; } = Path.Combine(root, role);

    /// <summary>What it has said since it was last started.</summary>
    public string LogFile => Path.Combine(Folder, "warrend.log");

    /// <summary>A file for a join token, for as long as the daemon joins.</summary>
    public string TokenFile => Path.Combine(Folder, "join-token");

    /// <summary>Whether the daemon belongs to a cluster, running or not.</summary>
    public bool IsMember => File.Exists(Certificate);

    private string Certificate => Path.Combine(Folder, "identity", "node.crt");

    /// <summary>The id by which the cluster knows it; null if it has none yet.</summary>
    public string? Node => Read(role == "manager" ? Path.Combine("identity", "node-id") : "node-id")?.Trim();

    /// <summary>The process, if it runs and was started by this command.</summary>
    public DaemonProcess? Process => Read(ProcessName) is { } text && DaemonProcess.Parse(text) is { IsAlive: true } process ? process : null;

    /// <summary>By which options it was started when that last went well; null if it never did.</summary>
    public IReadOnlyList<string>? Options => Read(OptionsName)?.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static string ProcessName => "warrend.pid";

    private static string OptionsName => "warrend.options";

    /// <summary>The value of an option of <see cref="Options"/>; null if it was not given.</summary>
    public string? Option(string name) => Options?.LastOrDefault(option => option.StartsWith(name + "=", StringComparison.Ordinal))?[(name.Length + 1)..];

    /// <summary>Whether it belongs to a cluster whose managers do not hear it any more, since its certificate has ended: it needs another token.</summary>
    /// <param name="now">The time.</param>
    public bool HasEnded(DateTimeOffset now)
    {
        if (!IsMember) return false;
        try
        {
            using var certificate = X509CertificateLoader.LoadCertificateFromFile(Certificate);
            return certificate.NotAfter.ToUniversalTime() <= now;
        }
        catch (CryptographicException)
        {
            // The daemon says what is wrong with it.
            return false;
        }
    }

    /// <summary>Makes the folder.</summary>
    public void Make() => Directory.CreateDirectory(Folder, OwnerOnly | UnixFileMode.UserExecute);

    /// <summary>Makes the folder, and an empty log; that of the start before stays beside it. Once for each start.</summary>
    public void Prepare()
    {
        Make();
        if (File.Exists(LogFile)) File.Move(LogFile, LogFile + ".old", overwrite: true);
        Write(LogFile, "");
    }

    /// <summary>Keeps which process it is.</summary>
    public void Keep(DaemonProcess process) => Write(Path.Combine(Folder, ProcessName), process.ToText());

    /// <summary>Keeps by which options it is started.</summary>
    public void Keep(IEnumerable<string> options) => Write(Path.Combine(Folder, OptionsName), string.Join('\n', options) + "\n");

    /// <summary>Keeps a join token until <see cref="ForgetToken"/>.</summary>
    public void KeepToken(string token) => Write(TokenFile, token + "\n");

    /// <summary>Deletes the join token.</summary>
    public void ForgetToken() => File.Delete(TokenFile);

    /// <summary>What the log has, line by line.</summary>
    public IReadOnlyList<string> Log()
    {
        using var reader = new StreamReader(new FileStream(LogFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd().Split('\n');
    }

    /// <summary>Deletes the folder with all that is in it.</summary>
    public void Delete() => Directory.Delete(Folder, recursive: true);

    /// <summary>Of a worker that is no member any more: deletes all by which it was one. Volumes, and the log, stay.</summary>
    public void ForgetCluster()
    {
        foreach (var name in new[] { ProcessName, OptionsName, "node-id" }) File.Delete(Path.Combine(Folder, name));
        foreach (var file in Directory.GetFiles(Folder, "assignments.db*")) File.Delete(file);
        if (Directory.Exists(Path.Combine(Folder, "identity"))) Directory.Delete(Path.Combine(Folder, "identity"), recursive: true);
    }

    private string? Read(string name)
    {
        var file = Path.Combine(Folder, name);
        return File.Exists(file) ? File.ReadAllText(file) : null;
    }

    // Whole or not at all: a command that is interrupted leaves no half of it.
    private static void Write(string file, string text)
    {
        var draft = file + ".new";
        File.Delete(draft);
        using (var stream = new FileStream(draft, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly }))
            stream.Write(Encoding.UTF8.GetBytes(text));
        File.Move(draft, file, overwrite: true);
    }
}
