using System.Collections.Immutable;
using System.Text;

namespace Warren.Images.Registry;

/// <summary>One challenge of a <c>WWW-Authenticate</c> header (RFC 9110, section 11.6.1).</summary>
/// <param name="Scheme">In lower case: <c>bearer</c>, <c>basic</c>.</param>
/// <param name="Parameters">By their names in lower case; of a repeated one the first.</param>
internal sealed record AuthChallenge(string Scheme, ImmutableDictionary<string, string> Parameters)
{
    private const int MaxLength = 16 * 1024;

    public string? this[string name] => Parameters.GetValueOrDefault(name);

    /// <summary>The challenges of a header, in order. What cannot be read ends the list, since nothing after it can be told apart.</summary>
    public static ImmutableArray<AuthChallenge> Parse(string header)
    {
        var challenges = ImmutableArray.CreateBuilder<AuthChallenge>();
        if (header.Length > MaxLength) return [];
        var reader = new Reader(header);
        while (reader.SkipSeparators() && reader.Token() is { } scheme)
        {
            var parameters = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
            var isWhole = reader.Parameters(parameters);
            challenges.Add(new(scheme.ToLowerInvariant(), parameters.ToImmutable()));
            if (!isWhole) break;
        }
        return challenges.ToImmutable();
    }

    private ref struct Reader(string text)
    {
        private readonly ReadOnlySpan<char> _text = text;
        private int _at;

        public bool SkipSeparators()
        {
            while (_at < _text.Length && _text[_at] is ' ' or '\t' or ',') _at++;
            return _at < _text.Length;
        }

        public string? Token()
        {
            var start = _at;
            while (_at < _text.Length && IsTokenChar(_text[_at])) _at++;
            return _at == start ? null : _text[start.._at].ToString();
        }

        // False when the rest cannot be read.
        public bool Parameters(ImmutableDictionary<string, string>.Builder found)
        {
            while (SkipSeparators())
            {
                var start = _at;
                var name = Token();
                if (name is null) return false;
                SkipBlanks();
                if (_at >= _text.Length || _text[_at] != '=')
                {
                    // A word without '=' begins the next challenge.
                    _at = start;
                    return true;
                }
                _at++;
                SkipBlanks();
                if (Value() is not { } value) return false;
                found.TryAdd(name.ToLowerInvariant(), value);
                SkipBlanks();
                if (_at < _text.Length && _text[_at] != ',') return false;
            }
            return true;
        }

        private string? Value()
        {
            if (_at >= _text.Length || _text[_at] != '"') return Token() ?? "";
            _at++;
            var value = new StringBuilder();
            while (_at < _text.Length && _text[_at] != '"')
            {
                if (_text[_at] == '\\' && _at + 1 < _text.Length) _at++;
                value.Append(_text[_at++]);
            }
            if (_at >= _text.Length) return null;
            _at++;
            return value.ToString();
        }

        private void SkipBlanks()
        {
            while (_at < _text.Length && _text[_at] is ' ' or '\t') _at++;
        }

        private static bool IsTokenChar(char c) => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~:/".Contains(c, StringComparison.Ordinal);
    }
}
