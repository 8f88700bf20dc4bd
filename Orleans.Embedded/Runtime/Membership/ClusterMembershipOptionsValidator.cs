using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace Orleans.Runtime.Membership;

/// <summary>Refuses options that the membership cannot work with, all problems at once.</summary>
internal sealed class ClusterMembershipOptionsValidator : IValidateOptions<ClusterMembershipOptions>
{
    private static readonly TimeSpan s_shortestProbe = TimeSpan.FromMilliseconds(10);

    public ValidateOptionsResult Validate(string? name, ClusterMembershipOptions options)
    {
        var problems = Problems(options).ToArray();
        return problems.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static IEnumerable<string> Problems(ClusterMembershipOptions options)
    {
        if (options.ProbeTimeout < s_shortestProbe)
            yield return Problem(nameof(options.ProbeTimeout), $"at least {s_shortestProbe}", options.ProbeTimeout);
        if (options.NumMissedProbesLimit < 1)
            yield return Problem(nameof(options.NumMissedProbesLimit), "at least 1", options.NumMissedProbesLimit);
        if (options.NumProbedSilos < 1)
            yield return Problem(nameof(options.NumProbedSilos), "at least 1", options.NumProbedSilos);
        if (options.NumVotesForDeathDeclaration < 1 || options.NumVotesForDeathDeclaration > options.NumProbedSilos)
        {
            yield return Problem(
                nameof(options.NumVotesForDeathDeclaration),
                $"from 1 to {nameof(options.NumProbedSilos)} ({options.NumProbedSilos})",
                options.NumVotesForDeathDeclaration);
        }

        if (options.NumMissedTableIAmAliveLimit < 1)
            yield return Problem(nameof(options.NumMissedTableIAmAliveLimit), "at least 1", options.NumMissedTableIAmAliveLimit);
        if (options.MaxDefunctSiloEntries < 0)
            yield return Problem(nameof(options.MaxDefunctSiloEntries), "at least 0", options.MaxDefunctSiloEntries);
        foreach (var (option, value) in new (string, TimeSpan?)[]
        {
            (nameof(options.DeathVoteExpirationTimeout), options.DeathVoteExpirationTimeout),
            (nameof(options.TableRefreshTimeout), options.TableRefreshTimeout),
            (nameof(options.IAmAliveTablePublishTimeout), options.IAmAliveTablePublishTimeout),
            (nameof(options.MaxJoinAttemptTime), options.MaxJoinAttemptTime),
            (nameof(options.DefunctSiloExpiration), options.DefunctSiloExpiration),
            (nameof(options.DefunctSiloCleanupPeriod), options.DefunctSiloCleanupPeriod),
        })
        {
            if (value <= TimeSpan.Zero) yield return Problem(option, "more than 0", value);
        }
    }

    private static string Problem(string option, string rule, object? value) =>
        FormattableString.Invariant($"{nameof(ClusterMembershipOptions)}.{option}: must be {rule}, was {value}");
}
