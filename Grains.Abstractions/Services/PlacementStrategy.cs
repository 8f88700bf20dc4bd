namespace Warren.Services;

/// <summary>Which of the suitable nodes is chosen, after the spread over label values.</summary>
[GenerateSerializer]
public enum PlacementStrategy
{
    /// <summary>The one with the fewest tasks of the service, then the most room.</summary>
    Spread = 0,

    /// <summary>The fullest one into which the task still fits, so that others stay empty.</summary>
    BinPack = 1,
}
