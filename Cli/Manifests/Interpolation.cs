using System.Text;

namespace Warren.Cli.Manifests;

/// <summary>
/// Puts variables in the place of <c>${NAME}</c>, <c>${NAME:-what else}</c> (also if it is empty), <c>${NAME-what else}</c> and
/// <c>${NAME:?why it must be given}</c>; <c>$${</c> is <c>${</c>. It works on values that are parsed already, so that what a variable holds is never
/// taken for YAML.
/// </summary>
/// <param name="variable">The value of a variable; null if it is not set.</param>
internal sealed class Interpolation(Func<string, string?> variable)
{
    /// <summary>Reads a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="problem">Takes what is wrong with it.</param>
    public string Apply(string text, Action<string> problem)
    {
        if (!text.Contains("${", StringComparison.Ordinal)) return text;
        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text.AsSpan(i).StartsWith("$${", StringComparison.Ordinal))
            {
                result.Append("${");
                i += 2;
            }
            else if (text.AsSpan(i).StartsWith("${", StringComparison.Ordinal))
            {
                var end = End(text, i + 2);
                if (end < 0)
                {
                    problem($"'{text[i..]}' has no '}}'; write '$${{' for the characters themselves");
                    return text;
                }

                result.Append(Value(text[(i + 2)..end], problem));
                i = end;
            }
            else
            {
                result.Append(text[i]);
            }
        }

        return result.ToString();
    }

    // What else is put there may have variables itself.
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

    private string Value(string expression, Action<string> problem)
    {
        var length = 0;
        while (length < expression.Length && (char.IsAsciiLetterOrDigit(expression[length]) || expression[length] == '_')) length++;
        var (name, rest) = (expression[..length], expression[length..]);
        if (length == 0 || char.IsAsciiDigit(name[0]) || !(rest.Length == 0 || rest[0] == '-' || rest.StartsWith(":-", StringComparison.Ordinal) || rest.StartsWith(":?", StringComparison.Ordinal)))
        {
            problem($"'${{{expression}}}' must be ${{NAME}}, ${{NAME:-DEFAULT}} or ${{NAME:?MESSAGE}}; write '$${{' for the characters themselves");
            return "";
        }

        var value = variable(name);
        if (rest.StartsWith(":-", StringComparison.Ordinal)) return string.IsNullOrEmpty(value) ? Apply(rest[2..], problem) : value;
        if (rest.StartsWith('-')) return value ?? Apply(rest[1..], problem);
        if (rest.StartsWith(":?", StringComparison.Ordinal) && string.IsNullOrEmpty(value)) problem($"the variable {name} must be set: {rest[2..]}");
        else if (value is null) problem($"the variable {name} is not set; set it, or write ${{{name}:-DEFAULT}}");
        return value ?? "";
    }
}
