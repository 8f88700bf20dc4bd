namespace Orleans.Runtime;

/// <summary>The life of an activation. States only advance.</summary>
internal enum ActivationState
{
    /// <summary>Being made: state is read, <c>OnActivateAsync</c> runs. Calls wait.</summary>
    Activating = 0,

    /// <summary>Runs calls.</summary>
    Valid = 10,

    /// <summary>Finishes the calls that run, then runs <c>OnDeactivateAsync</c>. New calls wait for the next activation.</summary>
    Deactivating = 20,

    /// <summary>Gone.</summary>
    Invalid = 30,
}
