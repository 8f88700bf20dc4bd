using Orleans.Configuration;
using Orleans.Runtime.Membership;

namespace Orleans.Embedded.Tests.Membership;

public sealed class ClusterMembershipOptionsValidatorTests
{
    private readonly ClusterMembershipOptionsValidator _validator = new();

    [Fact]
    public void Validate_Defaults_AreGood() => _validator.Validate(null, new ClusterMembershipOptions()).Succeeded.ShouldBeTrue();

    [Fact]
    public void Validate_Nulls_SwitchCleanUpOff() => _validator.Validate(
        null, new ClusterMembershipOptions { DefunctSiloCleanupPeriod = null, MaxDefunctSiloEntries = null }).Succeeded.ShouldBeTrue();

    [Fact]
    public void Validate_EverythingWrong_NamesAllOptions()
    {
        var failures = _validator.Validate(null, new ClusterMembershipOptions
        {
            ProbeTimeout = TimeSpan.FromMilliseconds(1),
            NumMissedProbesLimit = 0,
            NumProbedSilos = 0,
            NumVotesForDeathDeclaration = 0,
            NumMissedTableIAmAliveLimit = 0,
            MaxDefunctSiloEntries = -1,
            DeathVoteExpirationTimeout = TimeSpan.Zero,
            TableRefreshTimeout = TimeSpan.Zero,
            IAmAliveTablePublishTimeout = TimeSpan.Zero,
            MaxJoinAttemptTime = TimeSpan.Zero,
            DefunctSiloExpiration = TimeSpan.Zero,
            DefunctSiloCleanupPeriod = TimeSpan.Zero,
        }).Failures!.ToArray();

        failures.Length.ShouldBe(12);
        failures.ShouldContain("ClusterMembershipOptions.NumMissedProbesLimit: must be at least 1, was 0");
        failures.ShouldContain("ClusterMembershipOptions.TableRefreshTimeout: must be more than 0, was 00:00:00");
    }

    [Fact]
    public void Validate_MoreVotesThanProbers_IsRefused() => _validator.Validate(
        null, new ClusterMembershipOptions { NumProbedSilos = 2, NumVotesForDeathDeclaration = 3 }).Failures!
        .ShouldBe(["ClusterMembershipOptions.NumVotesForDeathDeclaration: must be from 1 to NumProbedSilos (2), was 3"]);
}
