using System.CommandLine;
using Google.Protobuf;
using Warren.Cli.Errors;
using Warren.Cli.Running;

namespace Warren.Cli.Objects;

/// <summary>Where the content of a secret or config comes from: a file, standard input, or the command itself.</summary>
internal sealed class ContentSource
{
    private readonly Argument<string?> _file = new("file") { Description = "A file, or - for standard input", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string?> _literal = new("--literal") { Description = "The content itself; others on this machine may see it in the list of processes", HelpName = "text" };

    /// <summary>Gives a command the argument and the flag.</summary>
    public void AddTo(Command command)
    {
        command.Add(_file);
        command.Add(_literal);
    }

    /// <summary>The content; null if none is named.</summary>
    /// <exception cref="CliException">It cannot be read.</exception>
    public async Task<ByteString?> ReadAsync(Call call)
    {
        var (file, literal) = (call.Get(_file), call.Get(_literal));
        if (file is not null && literal is not null) throw new CliException(ExitCodes.Usage, "a file and --literal are both given", "give one of them");
        if (literal is not null) return ByteString.CopyFromUtf8(literal);
        if (file is null) return null;
        try
        {
            if (file == "-") return await ByteString.FromStreamAsync(call.Terminal.In, call.Cancellation);
            await using var stream = File.OpenRead(file);
            return await ByteString.FromStreamAsync(stream, call.Cancellation);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCodes.Usage, failure.Message, "name a file that can be read, or - for standard input");
        }
    }

    /// <summary>The content, which must be there.</summary>
    /// <exception cref="CliException">It is not named, or cannot be read.</exception>
    public async Task<ByteString> RequireAsync(Call call) =>
        await ReadAsync(call) ?? throw new CliException(ExitCodes.Usage, "there is no content", "name a file, - for standard input, or give --literal TEXT");
}
