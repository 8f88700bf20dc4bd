using Warren.Grains.Clusters;

namespace Warren.Silo.Clusters;

/// <summary>What a manager whose certificate has ended does.</summary>
internal sealed record ReturnPlan
{
    /// <summary>The state of the cluster with which it gives itself another one; null: it does not.</summary>
    public ClusterState? Next { get; private init; }

    /// <summary>Why it does not.</summary>
    public string? Refusal { get; private init; }

    /// <summary>Whether a token does not help either.</summary>
    public bool IsFinal { get; private init; }

    /// <summary>It gives itself another one.</summary>
    public static ReturnPlan Issue(ClusterState next) => new() { Next = next };

    /// <summary>It does not, and may join again by a token.</summary>
    public static ReturnPlan Ask(string refusal) => new() { Refusal = refusal };

    /// <summary>It does not, and no token brings it back.</summary>
    public static ReturnPlan End(string refusal) => new() { Refusal = refusal, IsFinal = true };
}
