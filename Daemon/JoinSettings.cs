using System.CommandLine;
using Warren.Clusters;
using Warren.Hosting.Identities;
using Warren.Hosting.Joining;

namespace Warren.Daemon;

/// <summary>The options by which a process joins a cluster.</summary>
internal sealed class JoinSettings(string port)
{
    private readonly Option<string?> _token = new("--token")
    {
        Description = "The file that holds the join token, or the token itself. Needed until it has joined.",
        HelpName = "token",
    };

    private readonly Option<int> _port = new("--join-port") { Description = port, DefaultValueFactory = _ => JoinPorts.Default };

    /// <summary>Adds them to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="data">Its data folder: what has its identity there has no use for a token, whose file may be gone by then.</param>
    public void AddTo(Command command, Option<string> data)
    {
        _token.Validators.Add(result =>
        {
            if (result.GetValue(_token) is { } given && Read(given) is null && !new IdentityFolder(result.GetValue(data)!).HasCertificate) result.AddError($"--token: is neither a file that can be read and holds a token nor a token itself: {JoinToken.Rule}");
        });
        command.Add(_token);
        command.Add(_port);
    }

    /// <summary>Whether one was given that is no longer there, to a process that needs it no more.</summary>
    public bool IsSpent(ParseResult parsed) => parsed.GetValue(_token) is not null && Token(parsed) is null;

    /// <summary>The token; null if none was given, or it is no longer there.</summary>
    public JoinToken? Token(ParseResult parsed) => parsed.GetValue(_token) is { } given ? Read(given) : null;

    /// <summary>The port.</summary>
    public int Port(ParseResult parsed) => parsed.GetValue(_port);

    // What is among the arguments every user of the machine can read; a file need not be.
    private static JoinToken? Read(string given)
    {
        if (JoinToken.TryParse(given, null, out var token)) return token;
        try
        {
            return JoinToken.TryParse(File.ReadAllText(given), null, out token) ? token : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
