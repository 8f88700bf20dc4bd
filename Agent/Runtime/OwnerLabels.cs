namespace Warren.Agent.Runtime;

/// <summary>Names of the labels that every container carries.</summary>
public static class OwnerLabels
{
    /// <summary>What all of them, and no label of a user, begin with.</summary>
    public const string Prefix = "warren.";

    /// <summary>The task that the container runs.</summary>
    public const string Task = "warren.task";

    /// <summary>The service of the task.</summary>
    public const string Service = "warren.service";

    /// <summary>The generation of the task in its slot, a decimal number.</summary>
    public const string Generation = "warren.generation";

    /// <summary>A digest of everything that the container was made from; another digest means another container.</summary>
    public const string SpecHash = "warren.spec-hash";
}
