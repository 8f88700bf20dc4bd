using Orleans.Runtime;

namespace Orleans.Serialization.Invocation;

/// <summary>What <see cref="ICallPrecedence"/> means for the turn that runs now.</summary>
public static class TurnPrecedence
{
    /// <summary>
    /// Whether this code runs in a turn of an activation with a call in the foreground, so that what it begins should go before other work too. False outside of
    /// activations.
    /// </summary>
    public static bool IsForeground => TaskScheduler.Current is ActivationScheduler activation && activation.IsUrgent;
}
