namespace Orleans.Serialization;

/// <summary>
/// Bounds how deep a copy goes, as the wire does, so that a value that contains itself ends in an exception and not in a stack overflow.
/// </summary>
internal static class CopyDepth
{
    [ThreadStatic]
    private static int t_depth;

    /// <exception cref="InvalidOperationException">The value is nested deeper than one that could be sent.</exception>
    public static void Enter()
    {
        if (t_depth >= WireReader.MaxDepth) throw WireWriter.TooDeep();
        t_depth++;
    }

    public static void Leave() => t_depth--;
}
