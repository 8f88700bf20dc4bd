namespace Orleans.Runtime;

/// <summary>A timer of an activation. Disposing stops it; a tick that runs sees its token cancelled.</summary>
public interface IGrainTimer : IDisposable
{
    /// <summary>Starts anew with other times.</summary>
    void Change(TimeSpan dueTime, TimeSpan period);
}
