namespace Warren.Services;

/// <summary>How many tasks a service has, where, and whether they are meant to end.</summary>
[GenerateSerializer]
public enum ServiceMode
{
    /// <summary>A number of replicas that run for good.</summary>
    Replicated = 0,

    /// <summary>A task for good on each node that meets the constraints.</summary>
    Global = 1,

    /// <summary>Tasks that end, once for each version of the spec.</summary>
    Job = 2,

    /// <summary>Tasks that end, again and again by a schedule.</summary>
    Cron = 3,
}
