using Microsoft.Extensions.Logging;

namespace Warren.Agent.Volumes;

public sealed partial class VolumeStore
{
    [LoggerMessage(Level = LogLevel.Information, Message = "what the volume {Volume} holds is not known: {Reason}")]
    private partial void LogNotMeasured(string volume, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "the volume {Volume} could not be let go of; the others are still done")]
    private partial void LogFailed(string volume, Exception exception);
}
