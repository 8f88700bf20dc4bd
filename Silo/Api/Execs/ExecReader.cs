using System.Collections.Immutable;
using Warren.Containers;
using Warren.Execs;
using Warren.Silo.Api.Endpoints;
using Warren.Silo.Api.Mapping;
using Proto = Warren.V1;

namespace Warren.Silo.Api.Execs;

/// <summary>Reads what callers say to and of their processes. No I/O.</summary>
internal static class ExecReader
{
    // Together with what Linux allows of arguments and environment.
    private const int MaxText = 128 * 1024, MaxData = 1024 * 1024, MaxSize = ushort.MaxValue;

    /// <summary>What is to run.</summary>
    /// <exception cref="ValidationException">It breaks rules; all are named.</exception>
    public static ExecSpec Start(Proto.ExecRequest? request)
    {
        var problems = new FieldProblems();
        if (request?.Start is not { } start)
        {
            problems.Add("start", "must be the first message");
            problems.ThrowIfAny("the request");
            throw new InvalidOperationException();
        }

        if (start.Command.Length == 0) problems.Add("start.command", "must be given");
        CheckText(problems, "start.command", start.Command);
        for (var i = 0; i < start.Args.Count; i++) CheckText(problems, $"start.args[{i}]", start.Args[i]);
        foreach (var (name, value) in start.Env)
        {
            if (name.Length == 0 || name.Contains('=', StringComparison.Ordinal)) problems.Add($"start.env[{name}]", "must have a name without '='");
            CheckText(problems, $"start.env[{name}]", name + value);
        }

        if (start.HasWorkingDirectory && !start.WorkingDirectory.StartsWith('/')) problems.Add("start.workingDirectory", $"must be an absolute path, was '{start.WorkingDirectory}'");
        if (start.HasUser && start.User.Length == 0) problems.Add("start.user", "must not be empty");
        if (start.Size is { } given) CheckSize(problems, "start.size", given);
        problems.ThrowIfAny("the request");
        var size = start.Size ?? new() { Columns = 80, Rows = 24 };
        return new()
        {
            Task = Names.Task(start.Task),
            Command = [start.Command, .. start.Args],
            Env = start.Env.ToImmutableSortedDictionary(StringComparer.Ordinal),
            WorkingDirectory = start.HasWorkingDirectory ? start.WorkingDirectory : null,
            User = start.HasUser ? start.User : null,
            HasTerminal = start.Tty,
            HasInput = start.Stdin,
            Columns = size.Columns,
            Rows = size.Rows,
        };
    }

    /// <summary>What comes after.</summary>
    /// <param name="request">The message.</param>
    /// <param name="hasInput">Whether the process takes bytes.</param>
    /// <exception cref="ValidationException">It breaks a rule.</exception>
    public static ExecInput Next(Proto.ExecRequest request, bool hasInput)
    {
        var problems = new FieldProblems();
        var input = new ExecInput();
        switch (request.KindCase)
        {
            case Proto.ExecRequest.KindOneofCase.Stdin:
                if (!hasInput) problems.Add("stdin", "must not be given: the standard input is not open, see start.stdin");
                if (request.Stdin.Length > MaxData) problems.Add("stdin", $"must have at most {MaxData} bytes, had {request.Stdin.Length}");
                input = new() { Data = request.Stdin.Memory };
                break;
            case Proto.ExecRequest.KindOneofCase.StdinEnd:
                input = new() { IsEnd = true };
                break;
            case Proto.ExecRequest.KindOneofCase.Resize:
                CheckSize(problems, "resize", request.Resize);
                input = new() { Columns = request.Resize.Columns, Rows = request.Resize.Rows };
                break;
            case Proto.ExecRequest.KindOneofCase.Signal:
                if (!Signals.TryParse(request.Signal, out var signal)) problems.Add("signal", $"must be a signal, such as SIGTERM or 15, was '{request.Signal}'");
                input = new() { Signal = signal };
                break;
            default:
                problems.Add("start", "must be in the first message alone, and each message must have something");
                break;
        }

        problems.ThrowIfAny("the request");
        return input;
    }

    private static void CheckText(FieldProblems problems, string field, string text)
    {
        if (text.Contains('\0', StringComparison.Ordinal)) problems.Add(field, "must not contain NUL");
        if (text.Length > MaxText) problems.Add(field, $"must have at most {MaxText} characters, had {text.Length}");
    }

    private static void CheckSize(FieldProblems problems, string field, Proto.TerminalSize size)
    {
        if (size.Columns is < 1 or > MaxSize) problems.Add($"{field}.columns", $"must be 1 to {MaxSize}, was {size.Columns}");
        if (size.Rows is < 1 or > MaxSize) problems.Add($"{field}.rows", $"must be 1 to {MaxSize}, was {size.Rows}");
    }
}
