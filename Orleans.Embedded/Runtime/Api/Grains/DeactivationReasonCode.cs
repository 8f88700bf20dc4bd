namespace Orleans;

/// <summary>Why an activation ends.</summary>
public enum DeactivationReasonCode : byte
{
    None = 0,

    /// <summary>The silo stops.</summary>
    ShuttingDown = 1,

    /// <summary><c>OnActivateAsync</c> or the constructor threw.</summary>
    ActivationFailed = 2,

    /// <summary>It was idle for longer than its collection age.</summary>
    ActivationIdle = 4,

    /// <summary>Another silo owns the grain now.</summary>
    DuplicateActivation = 6,

    /// <summary>The grain threw in a way that makes its state doubtful, as by <c>InconsistentStateException</c>.</summary>
    ApplicationError = 8,

    /// <summary>The grain asked for it.</summary>
    ApplicationRequested = 9,

    /// <summary>The runtime asked for it, for example through the management grain.</summary>
    RuntimeRequested = 11,
}
