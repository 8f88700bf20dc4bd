namespace Warren.ControlPlane.Tests.Testing;

internal static class Limit
{
    /// <summary>How long anything may take on a busy machine before a test gives up.</summary>
    public static TimeSpan Long { get; } = TimeSpan.FromSeconds(60);
}
