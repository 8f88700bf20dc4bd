namespace Warren.Harness.Silos;

/// <summary>The running program, as it is published: compiled ahead of time, as the daemon is.</summary>
public static class PublishedProgram
{
    /// <summary>The executable's path. A Debug build is not published; it runs as it is.</summary>
    public static string Path { get; } = Find();

    private static string Find()
    {
        var running = Environment.ProcessPath ?? throw new InvalidOperationException("This program has no path.");
        var published = System.IO.Path.Combine(AppContext.BaseDirectory, "publish", System.IO.Path.GetFileName(running));
        return File.Exists(published) ? published : running;
    }
}
