using System.CommandLine;
using Warren.Cli.Errors;

namespace Warren.Cli.Running;

/// <summary>Which manager is called, and by which right; options of every command.</summary>
internal sealed class HostOptions
{
    private const int StandardPort = 2377;
    private const string StandardSocket = "/run/warren/warren.sock";

    private readonly Option<string?> _host = new("--host", "-H") { Description = "The manager: a socket's path, or ADDRESS[:PORT] with a certificate [default: " + StandardSocket + "]", HelpName = "where", Recursive = true };
    private readonly Option<string?> _context = new("--context") { Description = "A folder below ~/.config/warren/contexts with host, cert.pem, key.pem and ca.pem", HelpName = "name", Recursive = true };
    private readonly Option<string?> _certificate = new("--certificate") { Description = "PEM file of your certificate", HelpName = "file", Recursive = true };
    private readonly Option<string?> _key = new("--key") { Description = "PEM file of its key", HelpName = "file", Recursive = true };
    private readonly Option<string?> _authority = new("--authority") { Description = "PEM file of the cluster's authority", HelpName = "file", Recursive = true };
    private readonly Option<string?> _timeout = new("--timeout") { Description = "How long one call may take [default: 30s]", HelpName = "time", Recursive = true };

    /// <summary>Adds them to the root command.</summary>
    public void AddTo(Command root)
    {
        foreach (var option in new Option[] { _host, _context, _certificate, _key, _authority, _timeout }) root.Add(option);
    }

    /// <summary>How long one call may take.</summary>
    public TimeSpan Timeout(ParseResult parsed) => parsed.GetValue(_timeout) is { } text ? Values.Time("--timeout", text) : TimeSpan.FromSeconds(30);

    /// <summary>Opens the way to the manager; nothing is sent yet.</summary>
    public Connection Connect(ParseResult parsed, Terminal terminal)
    {
        var context = parsed.GetValue(_context) ?? NotEmpty(terminal.Variable("WARREN_CONTEXT"));
        var folder = context is null ? null : Folder(context, terminal);
        var host = parsed.GetValue(_host) ?? NotEmpty(terminal.Variable("WARREN_HOST"))
            ?? (folder is null ? StandardSocket : File.ReadAllText(Path.Combine(folder, "host")).Trim());
        if (host.StartsWith('/')) return Connection.ToSocket(host);
        var files = (
            Certificate: parsed.GetValue(_certificate) ?? InFolder(folder, "cert.pem"),
            Key: parsed.GetValue(_key) ?? InFolder(folder, "key.pem"),
            Authority: parsed.GetValue(_authority) ?? InFolder(folder, "ca.pem"));
        var missing = new[] { (files.Certificate, "--certificate"), (files.Key, "--key"), (files.Authority, "--authority") }
            .Where(pair => pair.Item1 is null).Select(pair => pair.Item2).ToList();
        if (missing.Count > 0)
            throw new CliException(ExitCodes.Usage, $"the manager at {host} wants a certificate; missing: {string.Join(", ", missing)}", "give them, or a --context that has them");
        return Connection.ToHost(Address(host), files.Certificate!, files.Key!, files.Authority!);
    }

    private static string Address(string host) =>
        Uri.TryCreate($"https://{host}", UriKind.Absolute, out var address) && address.PathAndQuery == "/"
            ? address.IsDefaultPort && !host.EndsWith(":443", StringComparison.Ordinal) ? $"{host}:{StandardPort}" : host
            : throw new CliException(ExitCodes.Usage, $"--host: must be a path or ADDRESS[:PORT], was '{host}'", "give the path of a socket, or the address of a manager");

    private static string Folder(string context, Terminal terminal)
    {
        var home = NotEmpty(terminal.Variable("XDG_CONFIG_HOME")) ?? Path.Combine(terminal.Variable("HOME") ?? "/root", ".config");
        var all = Path.Combine(home, "warren", "contexts");
        var folder = Path.Combine(all, context);
        if (context.Length > 0 && !context.Contains('/', StringComparison.Ordinal) && File.Exists(Path.Combine(folder, "host"))) return folder;
        var known = Directory.Exists(all) ? Directory.GetDirectories(all).Select(Path.GetFileName).Order(StringComparer.Ordinal).ToList() : [];
        throw new CliException(
            ExitCodes.NotFound, $"there is no context {context}: {Path.Combine(folder, "host")} is not there",
            known.Count == 0 ? $"make the folder {folder} with the files host, cert.pem, key.pem and ca.pem" : $"contexts are: {string.Join(", ", known)}");
    }

    private static string? InFolder(string? folder, string file) => folder is null ? null : Path.Combine(folder, file);

    private static string? NotEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
