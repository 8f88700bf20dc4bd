using System.Collections.Immutable;
using Warren.Validation;

namespace Warren.Silo.Api.Lists;

/// <summary>What labels must meet: <c>NAME</c>, <c>!NAME</c>, <c>NAME=VALUE</c>, <c>NAME!=VALUE</c>, parted by commas.</summary>
internal sealed class LabelSelector
{
    private readonly List<(string Name, string? Value, bool IsWanted)> _terms;

    private LabelSelector(List<(string Name, string? Value, bool IsWanted)> terms) => _terms = terms;

    /// <summary>Reads what a request says; empty: any labels.</summary>
    /// <exception cref="ValidationException">It is no selector.</exception>
    public static LabelSelector Parse(string text)
    {
        var terms = new List<(string, string?, bool)>();
        var problems = ImmutableArray.CreateBuilder<ValidationProblem>();
        foreach (var term in text.Split(',', StringSplitOptions.TrimEntries))
        {
            if (term.Length == 0 && text.Length == 0) continue;
            var at = term.IndexOf('=', StringComparison.Ordinal);
            var (name, value, isWanted) = at switch
            {
                < 0 when term.StartsWith('!') => (term[1..], (string?)null, false),
                < 0 => (term, null, true),
                > 0 when term[at - 1] == '!' => (term[..(at - 1)], term[(at + 1)..], false),
                _ => (term[..at], term[(at + 1)..].TrimStart('='), true),
            };
            if (name.Trim() is { Length: > 0 } given && given.AsSpan().IndexOfAny('!', '=') < 0) terms.Add((given, value?.Trim(), isWanted));
            else problems.Add(new("labelSelector", $"must be terms NAME, !NAME, NAME=VALUE or NAME!=VALUE, parted by commas, had '{term}'"));
        }

        return problems.Count == 0 ? new(terms) : throw new ValidationException("the request", problems.ToImmutable());
    }

    /// <summary>Whether labels meet all of it. A name that is not there has no value, so it meets <c>NAME!=VALUE</c>.</summary>
    public bool Matches(IReadOnlyDictionary<string, string> labels) => _terms.TrueForAll(term =>
        (labels.TryGetValue(term.Name, out var value) && (term.Value is null || term.Value == value)) == term.IsWanted);
}
