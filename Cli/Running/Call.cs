using System.CommandLine;
using Grpc.Core;

namespace Warren.Cli.Running;

/// <summary>One command as it was typed, and what it needs to be carried out.</summary>
internal sealed class Call(App app, ParseResult parsed, CancellationToken cancellation) : IDisposable
{
    private Connection? _connection;

    public Terminal Terminal => app.Terminal;

    public TimeProvider Time => app.Time;

    public CancellationToken Cancellation => cancellation;

    /// <summary>The manager; opened when it is first asked for.</summary>
    public Connection Manager => _connection ??= app.Hosts.Connect(parsed, app.Terminal);

    /// <summary>The manager's name for messages, without opening anything.</summary>
    public string Where => _connection?.Where ?? "";

    public bool IsQuiet => parsed.GetValue(app.Quiet);

    /// <summary>For one call that answers. Its end is a time of the system's clock, which the library compares it with.</summary>
    public CallOptions Options => new(deadline: (TimeProvider.System.GetUtcNow() + app.Hosts.Timeout(parsed)).UtcDateTime, cancellationToken: cancellation);

    /// <summary>For one that goes on until it is ended.</summary>
    public CallOptions Endless => new(cancellationToken: cancellation);

    /// <summary>Goes on to the next of many answers.</summary>
    /// <returns>False after the last, or once nobody reads what is written any more.</returns>
    public async Task<bool> NextAsync<T>(IAsyncStreamReader<T> answers) => !Terminal.IsOutClosed() && await answers.MoveNext(cancellation);

    public T? Get<T>(Option<T> option) => parsed.GetValue(option);

    public T? Get<T>(Argument<T> argument) => parsed.GetValue(argument);

    public bool Has(Option option) => parsed.GetResult(option) is { Implicit: false };

    public ParseResult Parsed => parsed;

    /// <summary>Says what was done; with --quiet only the name.</summary>
    public void Done(string name, string sentence) => Say(IsQuiet ? name : sentence);

    /// <summary>Writes a line of what was asked for; whoever reads it by a pipe has it at once.</summary>
    public void Say(string line)
    {
        Terminal.Out.WriteLine(line);
        Terminal.Out.Flush();
    }

    /// <summary>Writes a text as it is.</summary>
    public void Write(string text) => Terminal.Out.Write(text);

    /// <summary>Writes what is to be known, beside what was asked for.</summary>
    public void Remark(string note) => Terminal.Error.WriteLine($"Note: {note}");

    /// <summary>Writes what is wrong, and what to do next.</summary>
    public void Complain(string message, string hint) => Terminal.Error.WriteLine($"Error: {message}\n  {hint}");

    /// <inheritdoc/>
    public void Dispose() => _connection?.Dispose();
}
