using System.Text;
using Warren.Cli.Errors;
using Warren.Cli.Running;

namespace Warren.Cli.Contexts;

/// <summary>What a context consists of.</summary>
/// <param name="Host">The manager: a socket's path, or <c>ADDRESS[:PORT]</c>.</param>
/// <param name="Certificate">The caller's certificate in PEM; null: none, for a socket.</param>
/// <param name="Key">Its key in PEM.</param>
/// <param name="Authority">The cluster's authority in PEM, or several.</param>
internal sealed record ContextFiles(string Host, string? Certificate, string? Key, string? Authority)
{
    private const string Title = "# Warren context", HostWord = "host:";
    private const string CertificateLabel = "CERTIFICATE", KeyEnding = "PRIVATE KEY";

    /// <summary>All of it in one text: a line that says so, the host, then the certificate, its key and the authority, each in PEM.</summary>
    public string ToText() => string.Join('\n', new[] { Title, $"{HostWord} {Host}", Certificate?.Trim(), Key?.Trim(), Authority?.Trim() }.OfType<string>()) + "\n";

    /// <summary>Reads such a text.</summary>
    /// <exception cref="CliException">It is none.</exception>
    public static ContextFiles Parse(string text, string file)
    {
        var lines = text.ReplaceLineEndings("\n").Split('\n', StringSplitOptions.TrimEntries);
        var host = lines.FirstOrDefault(line => line.StartsWith(HostWord, StringComparison.Ordinal))?[HostWord.Length..].Trim();
        if (lines[0] != Title || string.IsNullOrEmpty(host)) throw new CliException(ExitCodes.Usage, $"{file} is no exported context", "name a file that 'warren context export' has written");
        var certificates = new List<string>();
        string? key = null;
        for (var i = 0; i < lines.Length; i++)
        {
            if (!lines[i].StartsWith("-----BEGIN ", StringComparison.Ordinal)) continue;
            var label = lines[i]["-----BEGIN ".Length..].TrimEnd('-');
            var end = Array.IndexOf(lines, $"-----END {label}-----", i);
            if (end < 0) throw new CliException(ExitCodes.Usage, $"{file} ends in the middle of its {label}", "export the context again");
            var block = string.Join('\n', lines[i..(end + 1)]) + "\n";
            if (label == CertificateLabel) certificates.Add(block);
            else if (label.EndsWith(KeyEnding, StringComparison.Ordinal)) key = block;
            i = end;
        }

        if (host.StartsWith('/') && certificates.Count == 0) return new(host, null, null, null);
        if (certificates.Count < 2 || key is null)
            throw new CliException(ExitCodes.Usage, $"{file} lacks a certificate, its key or the authority", "export the context again");
        return new(host, certificates[0], key, new StringBuilder().AppendJoin("", certificates.Skip(1)).ToString());
    }
}
