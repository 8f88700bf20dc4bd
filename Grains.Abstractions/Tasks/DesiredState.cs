namespace Warren.Tasks;

/// <summary>What is meant to become of a task; written by its service alone. It only ever goes to a greater number.</summary>
[GenerateSerializer]
public enum DesiredState
{
    /// <summary>It runs, or for a job: it runs to its end.</summary>
    Running = 0,

    /// <summary>It runs on, but gets no new traffic: it is about to be shut down, see <see cref="Services.ServiceSpec.TrafficGrace"/>.</summary>
    Leaving = 5,

    /// <summary>It ends, gracefully.</summary>
    Shutdown = 10,

    /// <summary>It ends, and everything that it left on its node goes; then the record goes.</summary>
    Removed = 20,
}
