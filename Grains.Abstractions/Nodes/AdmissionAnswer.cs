using Warren.Tasks;

namespace Warren.Nodes;

/// <summary>A node's answer to a request for room.</summary>
/// <param name="Task">The task.</param>
/// <param name="Result">The answer.</param>
/// <param name="Reason">Why not; empty when it is promised.</param>
[GenerateSerializer, Alias("warren.admission-answer"), Immutable]
public readonly record struct AdmissionAnswer(
    [property: Id(0)] TaskId Task, [property: Id(1)] AdmissionResult Result, [property: Id(2)] string Reason);
