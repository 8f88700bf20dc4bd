using System.Collections.Concurrent;

namespace Warren.Silo.Stores;

/// <summary>
/// Writes that differ only in their values, so that one statement can make several. Parameters: <c>$1</c> and <c>$2</c> are the
/// writer's epoch and batch, <c>$3</c> the service; the rows' own follow.
/// </summary>
/// <param name="Order">Families of a transaction run in this order.</param>
/// <param name="Columns">The number of parameters of each row.</param>
/// <param name="MaxRows">The most rows one statement can make.</param>
/// <param name="Build">The statement for a number of rows.</param>
internal sealed record WriteFamily(int Order, int Columns, int MaxRows, Func<int, string> Build)
{
    public const int FirstColumn = 4;

    /// <summary>
    /// True only while this transaction's first statement, which claims the batch for a writer that is not fenced, has succeeded. On
    /// each statement, because the statements are sent without waiting for the result of the first.
    /// </summary>
    public const string Guard = "EXISTS (SELECT 1 FROM warren_writer WHERE epoch = $1 AND batch = $2)";

    private readonly ConcurrentDictionary<int, string> _statements = new();

    /// <summary>Whether rows are removed: a row that is not there was then written as wanted.</summary>
    public bool Deletes { get; init; }

    /// <summary>Whether the write happens whatever the row's version.</summary>
    public bool Unconditional { get; init; }

    /// <summary>Finds the version of one row: <c>$1</c> is the service, then grain type, grain key and name.</summary>
    public required string Probe { get; init; }

    public string Statement(int rows) => _statements.GetOrAdd(rows, Build);

    /// <summary>The parameters of <paramref name="rows"/> rows as a list of rows: <c>($4, $5), ($6, $7)</c>.</summary>
    public static string Rows(int rows, int columns) => string.Join(
        ", ",
        Enumerable.Range(0, rows).Select(row => $"({ParameterNames.List(FirstColumn + (row * columns), columns)})"));
}
