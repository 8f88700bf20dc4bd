namespace Warren.Hosting.Joining;

/// <summary>The port on which machines join.</summary>
public static class JoinPorts
{
    /// <summary>Unless another one is set.</summary>
    public const int Default = 2391;
}
