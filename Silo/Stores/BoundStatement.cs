namespace Warren.Silo.Stores;

/// <summary>
/// A statement in SQL that every engine understands, with parameters written <c>$1</c>, <c>$2</c>, …, and its values: long, int,
/// string or null (for text). Equal texts are prepared once, so texts must come from a small, fixed set.
/// </summary>
internal readonly record struct BoundStatement(string Sql, params object?[] Values);
