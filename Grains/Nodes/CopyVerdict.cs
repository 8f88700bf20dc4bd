using Warren.Tasks;

namespace Warren.Grains.Nodes;

/// <summary>What becomes of a copy that an agent has.</summary>
/// <param name="Task">The task.</param>
/// <param name="Stays">Whether it goes on; otherwise it is stopped and removed.</param>
/// <param name="Reason">Why, for people.</param>
internal sealed record CopyVerdict(TaskId Task, bool Stays, string Reason);
