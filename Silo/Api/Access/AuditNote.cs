using Warren.Access;

namespace Warren.Silo.Api.Access;

/// <summary>A call that is being audited.</summary>
/// <param name="Entry">What is noted of it.</param>
/// <param name="Since">When it began, as a timestamp of the clock.</param>
internal sealed record AuditNote(AuditEntry Entry, long Since)
{
    /// <summary>Ends when its entry is stored, or was left out.</summary>
    public TaskCompletionSource Stored { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
