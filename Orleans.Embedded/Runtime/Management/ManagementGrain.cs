using Orleans.Concurrency;
using Orleans.Embedded;
using Orleans.Runtime.Membership;

namespace Orleans.Runtime.Management;

/// <summary>Asks the silos and puts their answers together.</summary>
[GrainType("sys.management")]
[StatelessWorker]
[Reentrant]
internal sealed class ManagementGrain(SiloRuntime runtime, IMembershipTable table) : Grain, IManagementGrain, IGrainCallStatistics
{
    public async Task<Dictionary<SiloAddress, SiloStatus>> GetHosts(bool onlyActive = false)
    {
        var view = ClusterView.Of(await table.ReadAll());
        return view.Members
            .Select(member => (member.Silo, Status: view.StatusOf(member.Silo)))
            .Where(host => !onlyActive || host.Status == SiloStatus.Active)
            .ToDictionary(static host => host.Silo, static host => host.Status);
    }

    public async Task<MembershipEntry[]> GetDetailedHosts(bool onlyActive = false)
    {
        var rows = await table.ReadAll();
        return [.. rows.Members.Select(static row => row.Item1).Where(row => !onlyActive || row.Status == SiloStatus.Active)];
    }

    public async Task<SimpleGrainStatistic[]> GetSimpleGrainStatistics(SiloAddress[] hostsIds)
    {
        var answers = await AskAsync(hostsIds, static silo => silo.GetCallStatistics());
        return
        [
            .. answers.SelectMany(static answer => answer)
                .Where(static counts => counts.Activations > 0)
                .Select(static counts => new SimpleGrainStatistic
                {
                    GrainType = counts.GrainType,
                    SiloAddress = counts.SiloAddress,
                    ActivationCount = counts.Activations,
                }),
        ];
    }

    public Task<SimpleGrainStatistic[]> GetSimpleGrainStatistics() => GetSimpleGrainStatistics([]);

    public async Task<DetailedGrainStatistic[]> GetDetailedGrainStatistics(string[]? types = null, SiloAddress[]? hostsIds = null)
    {
        var answers = await AskAsync(hostsIds, silo => silo.GetActivations(types));
        return [.. answers.SelectMany(static answer => answer)];
    }

    public async Task<int> GetTotalActivationCount()
    {
        var answers = await AskAsync(null, static silo => silo.GetCallStatistics());
        return answers.SelectMany(static answer => answer).Sum(static counts => counts.Activations);
    }

    public async Task<int> GetGrainActivationCount(GrainReference grainReference)
    {
        ArgumentNullException.ThrowIfNull(grainReference);
        var answers = await AskAsync(null, silo => silo.CountActivations(grainReference.GrainId));
        return answers.Sum();
    }

    public async ValueTask<SiloAddress?> GetActivationAddress(IAddressable reference)
    {
        ArgumentNullException.ThrowIfNull(reference);
        var grainId = reference.GetGrainId();
        if (runtime.FindClass(grainId.Type) is not { } grainClass)
            throw new ArgumentException($"{grainId}: this silo has no grain class of type '{grainId.Type}'.", nameof(reference));
        if (grainClass.Descriptor.StatelessWorkerLimit is not null)
            throw new InvalidOperationException($"{grainId} is a stateless worker, which may be active in all silos at once.");
        if (runtime.View.Ring.OwnerOf(grainId) is not { } owner) return null;
        return await Silo(owner).CountActivations(grainId) > 0 ? owner : null;
    }

    public async ValueTask<List<GrainId>> GetActiveGrains(GrainType type)
    {
        var answers = await AskAsync(null, silo => silo.GetActiveGrains(type));
        return [.. answers.SelectMany(static answer => answer).Distinct()];
    }

    public Task ForceActivationCollection(SiloAddress[] hostsIds, TimeSpan ageLimit) =>
        Task.WhenAll(Choose(hostsIds).Select(silo => Silo(silo).CollectActivations(ageLimit)));

    public Task ForceActivationCollection(TimeSpan ageLimit) => ForceActivationCollection([], ageLimit);

    public Task ForceGarbageCollection(SiloAddress[] hostsIds) => Task.WhenAll(Choose(hostsIds).Select(silo => Silo(silo).CollectGarbage()));

    public async Task<GrainCallStatistics[]> GetCallStatistics()
    {
        var answers = await AskAsync(null, static silo => silo.GetCallStatistics());
        return [.. answers.SelectMany(static answer => answer)];
    }

    private Task<TAnswer[]> AskAsync<TAnswer>(SiloAddress[]? silos, Func<ISiloControl, Task<TAnswer>> ask) =>
        Task.WhenAll(Choose(silos).Select(silo => ask(Silo(silo))));

    private IEnumerable<SiloAddress> Choose(SiloAddress[]? silos) => silos is { Length: > 0 } ? silos : runtime.View.Active;

    private ISiloControl Silo(SiloAddress silo) => GrainFactory.GetGrain<ISiloControl>(SystemGrains.SiloControlOf(silo));
}
