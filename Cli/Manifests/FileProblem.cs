using System.Globalization;

namespace Warren.Cli.Manifests;

/// <summary>Something that is wrong with a file.</summary>
/// <param name="File">The file, as it was named.</param>
/// <param name="Line">The line, from 1; 0: the file as a whole.</param>
/// <param name="Field">The field, in the names of the JSON form; empty: none.</param>
/// <param name="Message">The rule and the value.</param>
internal sealed record FileProblem(string File, int Line, string Field, string Message)
{
    /// <inheritdoc/>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{File}{(Line > 0 ? $":{Line}" : "")}: {(Field.Length > 0 ? $"{Field}: " : "")}{Message}");
}
