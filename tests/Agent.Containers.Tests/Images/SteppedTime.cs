namespace Warren.Agent.Containers.Tests.Images;

/// <summary>A wall clock that stands until it is moved, with the system's timers and deadlines far enough in its future.</summary>
internal sealed class SteppedTime : TimeProvider
{
    private DateTimeOffset _now = System.GetUtcNow();

    public override DateTimeOffset GetUtcNow() => _now;

    public void Advance(TimeSpan by) => _now += by;
}
