using System.Collections.Immutable;

namespace Orleans.Runtime.Membership;

/// <summary>The next call of the table, and by which rule.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Reason">The rule's reason in this case, for people.</param>
internal abstract record TableStep(TableRule Rule, string Reason)
{
    public sealed record Initialise() : TableStep(TableRule.FirstUse, "the table was not used yet");

    public sealed record Read(TableRule Rule, string Reason) : TableStep(Rule, Reason);

    /// <summary>Adds this silo's row.</summary>
    public sealed record Insert(string Reason) : TableStep(TableRule.Join, Reason);

    /// <summary>Changes one row.</summary>
    /// <param name="Rule">The rule.</param>
    /// <param name="Silo">Whose row.</param>
    /// <param name="Status">Its status from now on.</param>
    /// <param name="Voters">Whose votes for its death stand from now on; this silo's, if among them and not there yet, is added.</param>
    /// <param name="Reason">The rule's reason in this case, for people.</param>
    public sealed record Update(TableRule Rule, SiloAddress Silo, SiloStatus Status, ImmutableArray<SiloAddress> Voters, string Reason)
        : TableStep(Rule, Reason)
    {
        public bool Equals(Update? other) => other is not null
            && (Rule, Silo, Status, Reason) == (other.Rule, other.Silo, other.Status, other.Reason)
            && Voters.SequenceEqual(other.Voters);

        public override int GetHashCode() => HashCode.Combine(Rule, Silo, Status, Reason);
    }

    /// <summary>Writes that this silo is alive.</summary>
    public sealed record SignOfLife(TableRule Rule, string Reason) : TableStep(Rule, Reason);

    /// <summary>Deletes rows of silos that are dead and whose last sign of life is long ago.</summary>
    /// <param name="OlderThan">How long.</param>
    /// <param name="Reason">The rule's reason in this case, for people.</param>
    public sealed record CleanUp(TimeSpan OlderThan, string Reason) : TableStep(TableRule.DeadRowsTooOldOrMany, Reason);
}
