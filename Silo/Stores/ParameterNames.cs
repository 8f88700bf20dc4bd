using System.Globalization;

namespace Warren.Silo.Stores;

/// <summary>The names <c>$1</c>, <c>$2</c>, … which PostgreSQL takes as positions and SQLite as names.</summary>
internal static class ParameterNames
{
    private static readonly string[] s_known = [.. Enumerable.Range(0, 1024).Select(Make)];

    public static string Of(int position) => position < s_known.Length ? s_known[position] : Make(position);

    /// <summary><paramref name="count"/> names from <paramref name="first"/>, with commas.</summary>
    public static string List(int first, int count) => string.Join(", ", Enumerable.Range(first, count).Select(Of));

    private static string Make(int position) => "$" + position.ToString(CultureInfo.InvariantCulture);
}
