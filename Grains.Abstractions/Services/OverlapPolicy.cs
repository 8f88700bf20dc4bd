namespace Warren.Services;

/// <summary>What happens when a run of a cron job is due while another goes on.</summary>
[GenerateSerializer]
public enum OverlapPolicy
{
    /// <summary>The new one is left out.</summary>
    Skip = 0,

    /// <summary>Both go on.</summary>
    Allow = 1,

    /// <summary>The old one is stopped; the new one begins when all its tasks have ended.</summary>
    Replace = 2,
}
