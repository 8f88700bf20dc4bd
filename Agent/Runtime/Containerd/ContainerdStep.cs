namespace Warren.Agent.Runtime.Containerd;

/// <summary>The steps in which something changes, in the order of a container's life; a crash may come before and after each.</summary>
internal enum ContainerdStep
{
    PrepareSnapshot,
    ReadAccounts,
    CreateRecord,
    MarkBegun,
    CreateTask,
    MarkStarted,
    StartTask,
    SignalTask,
    KillTask,
    RecordExit,
    DeleteTask,
    KillProcesses,
    DeleteRecord,
    RemoveSnapshot,
    RemoveFiles,
}
