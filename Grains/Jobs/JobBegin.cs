namespace Warren.Grains.Jobs;

/// <summary>A slot of a run that gets a task.</summary>
/// <param name="Number">Its number in the run.</param>
/// <param name="NotBefore">When the task may start. Null: at once.</param>
/// <param name="Reason">Why, for people.</param>
internal sealed record JobBegin(int Number, DateTimeOffset? NotBefore, string Reason);
