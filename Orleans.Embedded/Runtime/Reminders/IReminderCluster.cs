namespace Orleans.Runtime.Reminders;

/// <summary>What reminders need from the silo.</summary>
internal interface IReminderCluster
{
    /// <summary>When the active silo that has lived longest started, in UTC; the present when none is active.</summary>
    DateTime OldestStart { get; }

    /// <summary>Whether this silo runs the reminders of a grain: those it would activate. Silos that hold the same view agree.</summary>
    bool IsOurs(GrainId grainId);

    /// <summary>Calls <paramref name="onChange"/> after each change of what is ours, until the result is disposed of.</summary>
    IDisposable Subscribe(Action onChange);

    /// <summary>Calls the grain; ends with the outcome or at the deadline of calls.</summary>
    Task TickAsync(ReminderKey reminder, TickStatus status);
}
