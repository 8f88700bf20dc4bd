namespace Orleans.Embedded.Tests.Testing;

/// <summary>How long tests wait for what must come, before they fail. Nothing waits this long when all is well.</summary>
internal static class Limit
{
    public static readonly TimeSpan Long = TimeSpan.FromSeconds(20);
}
