using Npgsql;

namespace Warren.Silo.Stores;

/// <summary>What can be said about a connection string before anybody connects.</summary>
internal static class PostgresSettings
{
    /// <summary>The rule that the text breaks, without the text itself, which may hold a password; null if it is well.</summary>
    public static string? FindProblem(string connectionString)
    {
        try
        {
            var settings = new NpgsqlConnectionStringBuilder(connectionString);
            if (string.IsNullOrEmpty(settings.Host)) return "must name a Host";
            return string.IsNullOrEmpty(settings.Database) ? "must name a Database" : null;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or InvalidCastException or OverflowException)
        {
            return $"is not a connection string: {e.Message}";
        }
    }
}
