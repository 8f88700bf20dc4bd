using System.Text;

namespace Warren.Cli.Compose;

/// <summary>
/// Variables as the compose specification has them: <c>$NAME</c>, <c>${NAME}</c>, <c>${NAME:-default}</c>, <c>${NAME-default}</c>, <c>${NAME:?message}</c>,
/// <c>${NAME?message}</c>, <c>${NAME:+instead}</c>, <c>${NAME+instead}</c>; <c>$$</c> is a dollar. What follows a sign may have variables itself.
/// </summary>
/// <param name="variable">The value of a variable; null if it is not set.</param>
internal sealed class ComposeInterpolation(Func<string, string?> variable)
{
    private static readonly string[] s_signs = [":-", ":?", ":+", "-", "?", "+"];

    /// <summary>Reads a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="problem">Takes what is wrong with it.</param>
    /// <param name="note">Takes what is only to be known: a variable that is not set and reads as nothing.</param>
    public string Apply(string text, Action<string> problem, Action<string> note)
    {
        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '$' || i + 1 == text.Length)
            {
                result.Append(text[i]);
            }
            else if (text[i + 1] == '$')
            {
                result.Append('$');
                i++;
            }
            else if (text[i + 1] == '{')
            {
                var end = End(text, i + 2);
                if (end < 0)
                {
                    problem($"'{text[i..]}' has no '}}'; write '$$' for the character itself");
                    return text;
                }

                result.Append(Value(text[(i + 2)..end], problem, note));
                i = end;
            }
            else
            {
                var length = NameLength(text.AsSpan(i + 1));
                if (length == 0)
                {
                    problem($"'{text[i..]}' names no variable; write '$$' for the character itself");
                    return text;
                }

                result.Append(Value(text.Substring(i + 1, length), problem, note));
                i += length;
            }
        }

        return result.ToString();
    }

    private static int NameLength(ReadOnlySpan<char> text)
    {
        if (text.Length == 0 || char.IsAsciiDigit(text[0])) return 0;
        var length = 0;
        while (length < text.Length && (char.IsAsciiLetterOrDigit(text[length]) || text[length] == '_')) length++;
        return length;
    }

    private static int End(string text, int from)
    {
        var depth = 1;
        for (var i = from; i < text.Length; i++)
        {
            if (text[i] == '{' && text[i - 1] == '$') depth++;
            else if (text[i] == '}' && --depth == 0) return i;
        }

        return -1;
    }

    private string Value(string expression, Action<string> problem, Action<string> note)
    {
        var length = NameLength(expression);
        var (name, rest) = (expression[..length], expression[length..]);
        var sign = Array.Find(s_signs, sign => rest.StartsWith(sign, StringComparison.Ordinal));
        if (length == 0 || (rest.Length > 0 && sign is null))
        {
            problem($"'${{{expression}}}' must be ${{NAME}}, or with :-DEFAULT, :?MESSAGE or :+INSTEAD after the name; write '$$' for the character itself");
            return "";
        }

        var value = variable(name);
        var isThere = sign?[0] == ':' ? !string.IsNullOrEmpty(value) : value is not null;
        var what = sign is null ? "" : rest[sign.Length..];
        switch (sign?[^1])
        {
            case '-':
                return isThere ? value! : Apply(what, problem, note);
            case '+':
                return isThere ? Apply(what, problem, note) : "";
            case '?':
                if (!isThere) problem($"the variable {name} must be set{(what.Length == 0 ? "" : ": " + Apply(what, problem, note))}");
                return value ?? "";
            default:
                if (value is null) note($"the variable {name} is not set and reads as nothing");
                return value ?? "";
        }
    }
}
