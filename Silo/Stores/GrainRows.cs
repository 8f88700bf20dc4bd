namespace Warren.Silo.Stores;

/// <summary>Names of rows that belong to grains.</summary>
internal static class GrainRows
{
    /// <exception cref="ArgumentException">A name has a character that PostgreSQL cannot store.</exception>
    public static RowKey KeyOf(string table, GrainId grain, string name) =>
        new(table, Checked(grain.Type.ToString()), Checked(grain.Key.ToString()), Checked(name));

    private static string Checked(string? text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!text.Contains('\0')) return text;
        throw new ArgumentException($"'{text.Replace("\0", "\\0", StringComparison.Ordinal)}' cannot name a row: it has a zero character.");
    }
}
