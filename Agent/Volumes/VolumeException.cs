namespace Warren.Agent.Volumes;

/// <summary>A volume was not given, measured or deleted.</summary>
public sealed class VolumeException : Exception
{
    /// <summary>Says which volume, what was tried and why it failed.</summary>
    public VolumeException(VolumeFault fault, string message, Exception? innerException = null)
        : base(message, innerException) => Fault = fault;

    /// <summary>The kind of failure.</summary>
    public VolumeFault Fault { get; }
}
