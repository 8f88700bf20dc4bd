using Microsoft.Extensions.Logging;

namespace Warren.Agent.Runtime.Containerd;

/// <summary>What the adapter says in the log.</summary>
internal sealed partial class ContainerdLog(ILogger logger)
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "{Id}: its end could not be recorded and is kept by its shim: {Reason}")]
    public partial void ExitNotRecorded(string id, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Id}: its end could not be looked at, which is tried again with the next event: {Reason}")]
    public partial void ExitNotSettled(string id, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The event stream of containerd was lost: {Reason}. It is opened again every {Delay}")]
    public partial void StreamLost(string reason, TimeSpan delay);

    [LoggerMessage(Level = LogLevel.Information, Message = "Listening to the events of containerd at {Socket}, namespace {Namespace}")]
    public partial void Listening(string socket, string @namespace);

    [LoggerMessage(Level = LogLevel.Warning, Message = "An event of containerd could not be read: topic {Topic}: {Reason}")]
    public partial void EventNotRead(string topic, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Id} in namespace {Namespace} has no name that Warren gives and is removed in {Grace}")]
    public partial void ForeignFound(string id, string @namespace, TimeSpan grace);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Id}: removed from namespace {Namespace}: it has no name that Warren gives")]
    public partial void ForeignRemoved(string id, string @namespace);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Id}: its start was cut short by a crash; attempt {Attempt} follows: {Reason}")]
    public partial void StartRepeated(string id, int attempt, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Removed {Folder}, which an earlier containerd had begun to remove")]
    public partial void FolderAbandoned(string folder);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Id}: exec {Exec} could not be taken away: {Reason}")]
    public partial void ExecNotRemoved(string id, string exec, string reason);
}
