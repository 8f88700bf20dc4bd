using System.Globalization;
using Warren.Cli.Errors;
using Warren.Cli.Running;

namespace Warren.Cli.Manifests;

/// <summary>Collects what is wrong with files, so that all of it is told at once.</summary>
internal sealed class FileProblems
{
    private readonly List<FileProblem> _found = [], _notes = [];

    /// <summary>In the order in which it was found.</summary>
    public IReadOnlyList<FileProblem> Found => _found;

    /// <summary>What is to be known, and keeps nothing from being done; in the order in which it was found.</summary>
    public IReadOnlyList<FileProblem> Notes => _notes;

    /// <summary>Notes what is only to be known; once.</summary>
    public void Note(FileProblem note)
    {
        if (!_notes.Contains(note)) _notes.Add(note);
    }

    /// <summary>Notes one; what is known is not noted again.</summary>
    public void Add(FileProblem problem)
    {
        if (!_found.Contains(problem)) _found.Add(problem);
    }

    /// <summary>Notes one.</summary>
    public void Add(string file, int line, string field, string message) => Add(new(file, line, field, message));

    /// <summary>Forgets the others.</summary>
    public void Keep(Predicate<FileProblem> isKept) => _found.RemoveAll(problem => !isKept(problem));

    /// <summary>Ends the command if there is one.</summary>
    /// <exception cref="CliException">There is.</exception>
    public void ThrowIfAny()
    {
        if (_found.Count == 0) return;
        var lines = _found.OrderBy(problem => problem.File, StringComparer.Ordinal).ThenBy(problem => problem.Line).Select(problem => $"  {problem}");
        var count = _found.Count == 1 ? "there is a problem" : string.Create(CultureInfo.InvariantCulture, $"there are {_found.Count} problems");
        throw new CliException(ExitCodes.Usage, string.Join('\n', lines.Prepend($"{count}, and nothing was changed:")), "change what is named, and try again");
    }
}
