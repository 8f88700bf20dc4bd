using System.CommandLine;
using Warren.Cli.Contexts;
using Warren.Cli.Errors;

namespace Warren.Cli.Running;

/// <summary>Which manager is called, and by which right; options of every command.</summary>
internal sealed class HostOptions
{
    private const int StandardPort = 2377;
    private const string StandardSocket = "/run/warren/warren.sock";

    private readonly Option<string?> _host = new("--host", "-H") { Description = "The manager: a socket's path, or ADDRESS[:PORT] with a certificate [default: " + StandardSocket + "]", HelpName = "where", Recursive = true };
    private readonly Option<string?> _context = new("--context") { Description = "One of 'warren context list' [default: the one that is used, else this machine's manager]", HelpName = "name", Recursive = true };
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
        var store = new ContextStore(terminal);
        var given = parsed.GetValue(_host) ?? NotEmpty(terminal.Variable("WARREN_HOST"));

        // The context that is used when nothing else is said is not asked when a host is.
        var context = parsed.GetValue(_context) ?? NotEmpty(terminal.Variable("WARREN_CONTEXT")) ?? (given is null ? store.Current : null);
        var folder = context is null ? null : store.Folder(context);
        var host = given ?? (context is null ? StandardSocket : store.Read(context).Host);
        if (IsSocket(host)) return Connection.ToSocket(host);
        var address = Address(host);
        var files = (
            Certificate: parsed.GetValue(_certificate) ?? InFolder(folder, "cert.pem"),
            Key: parsed.GetValue(_key) ?? InFolder(folder, "key.pem"),
            Authority: parsed.GetValue(_authority) ?? InFolder(folder, "ca.pem"));
        ThrowIfMissing(host, files.Certificate, files.Key, files.Authority);
        return Connection.ToHost(address, files.Certificate!, files.Key!, files.Authority!);
    }

    /// <summary>What the flags alone say, read.</summary>
    /// <exception cref="CliException">They do not say enough, or a file cannot be read.</exception>
    public ContextFiles Files(ParseResult parsed)
    {
        if (parsed.GetValue(_host) is not { } host) throw new CliException(ExitCodes.Usage, "--host: must be given, or --from", "name the manager, and --certificate, --key and --authority");
        if (IsSocket(host)) return new(Path.GetFullPath(host), null, null, null);
        _ = Address(host);
        var (certificate, key, authority) = (parsed.GetValue(_certificate), parsed.GetValue(_key), parsed.GetValue(_authority));
        ThrowIfMissing(host, certificate, key, authority);
        try
        {
            return new(host, File.ReadAllText(certificate!), File.ReadAllText(key!), File.ReadAllText(authority!));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCodes.Usage, failure.Message, "check --certificate, --key and --authority");
        }
    }

    private static void ThrowIfMissing(string host, string? certificate, string? key, string? authority)
    {
        var missing = new[] { (certificate, "--certificate"), (key, "--key"), (authority, "--authority") }.Where(pair => pair.Item1 is null).Select(pair => pair.Item2).ToList();
        if (missing.Count > 0)
            throw new CliException(ExitCodes.Usage, $"the manager at {host} wants a certificate; missing: {string.Join(", ", missing)}", "give them, or a --context that has them");
    }

    // An address has no slash, nor does it begin with a dot.
    private static bool IsSocket(string host) => host.StartsWith('/') || host.StartsWith("./", StringComparison.Ordinal) || host.StartsWith("../", StringComparison.Ordinal);

    private static string Address(string host) =>
        Uri.TryCreate($"https://{host}", UriKind.Absolute, out var address) && address.PathAndQuery == "/"
            ? address.IsDefaultPort && !host.EndsWith(":443", StringComparison.Ordinal) ? $"{host}:{StandardPort}" : host
            : throw new CliException(ExitCodes.Usage, $"--host: must be a path or ADDRESS[:PORT], was '{host}'", "give the path of a socket, or the address of a manager");

    private static string? InFolder(string? folder, string file) => folder is null ? null : Path.Combine(folder, file);

    private static string? NotEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
