using Warren.Nodes;

namespace Warren.Grains.Scheduling;

/// <summary>Why one node cannot take a task.</summary>
/// <param name="Kind">The reason; None: it can.</param>
/// <param name="Detail">What tells two reasons of a kind apart: the constraint, the port, …; empty for most.</param>
/// <param name="Missing">How much it lacks.</param>
internal readonly record struct Refusal(RefusalKind Kind, string Detail = "", ResourceAmount Missing = default)
{
    /// <summary>The node can take it.</summary>
    public static Refusal None => default;

    /// <summary>As of one node.</summary>
    public override string ToString() => RefusalText.Of(Kind, Detail, 1, Missing, isLeast: false);
}
