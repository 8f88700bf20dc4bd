using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using Warren.Configs;
using Warren.Content;
using Warren.Secrets;
using Warren.Volumes;
using Proto = Warren.V1;

namespace Warren.Silo.Api.Planning;

/// <summary>Compares secrets, configs and volumes with those that are there.</summary>
internal sealed class ObjectPlanner(IGrainFactory grains)
{
    // Says that a value is another, and no more.
    private const string Hidden = "***";

    private static readonly ImmutableSortedDictionary<string, string> s_noLabels = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Looks at one, and notes what a write would be.</summary>
    public Task LookAsync(PlanItem item) => item switch
    {
        { IsRemoval: true } => LookForRemovalAsync(item),
        { Secret: { } secret } => LookAtSecretAsync(item, secret),
        { Config: { } config } => LookAtConfigAsync(item, config),
        { Volume: { } volume } => LookAtVolumeAsync(item, volume),
        _ => Task.CompletedTask,
    };

    private static void Conclude(PlanItem item, bool isThere, long version)
    {
        item.Plan.Version = version;
        item.Plan.Change = !isThere ? Proto.ChangeKind.Create : item.Plan.Changes.Count > 0 ? Proto.ChangeKind.Update : Proto.ChangeKind.None;
    }

    private static void CompareLabels(PlanItem item, ImmutableSortedDictionary<string, string>? before, ImmutableSortedDictionary<string, string> after) =>
        item.Plan.Changes.AddRange(FieldChanges.Between(new Proto.VolumeSpec { Labels = { before ?? s_noLabels } }, new Proto.VolumeSpec { Labels = { after } }));

    private static string Describe(ReadOnlyMemory<byte> content) =>
        string.Create(CultureInfo.InvariantCulture, $"{content.Length} bytes, sha256 {Convert.ToHexStringLower(SHA256.HashData(content.Span))[..12]}");

    private async Task LookForRemovalAsync(PlanItem item)
    {
        var version = item.Kind switch
        {
            Proto.ResourceKind.Secret => (await grains.GetGrain<ISecretGrain>(item.Name).GetAsync())?.Version,
            Proto.ResourceKind.Config => (await grains.GetGrain<IConfigGrain>(item.Name).GetAsync())?.Version,
            _ => (await grains.GetGrain<IVolumeGrain>(item.Name).GetAsync())?.Version,
        };
        item.Plan.Version = version ?? 0;
        item.Plan.Change = version is null ? Proto.ChangeKind.None : Proto.ChangeKind.Delete;
    }

    private async Task LookAtSecretAsync(PlanItem item, SecretSpec spec)
    {
        var grain = grains.GetGrain<ISecretGrain>(item.Name);
        var before = await grain.GetAsync();
        var value = before is null ? null : await grain.ReadAsync();
        var isSame = value is { } known && CryptographicOperations.FixedTimeEquals(known.Span, spec.Value.Span);
        CompareLabels(item, before?.Labels, spec.Labels);
        if (!isSame) item.Plan.Changes.Add(FieldChanges.Of("value", before is null ? null : Hidden, before is null ? Hidden : $"{Hidden} (another)"));
        item.IsRenewed = before is not null && !isSame;
        Conclude(item, before is not null, before?.Version ?? 0);
    }

    private async Task LookAtConfigAsync(PlanItem item, ConfigSpec spec)
    {
        var before = await grains.GetGrain<IConfigGrain>(item.Name).GetAsync();
        var isSame = before is not null && before.Spec.Content.Span.SequenceEqual(spec.Content.Span);
        CompareLabels(item, before?.Spec.Labels, spec.Labels);
        if (!isSame) item.Plan.Changes.Add(FieldChanges.Of("content", before is null ? null : Describe(before.Spec.Content), Describe(spec.Content)));
        var isOtherwise = before is not null ? before.Spec.IsTemplate != spec.IsTemplate : spec.IsTemplate;
        if (isOtherwise) item.Plan.Changes.Add(FieldChanges.Of("template", before is null ? null : spec.IsTemplate ? "false" : "true", spec.IsTemplate ? "true" : "false"));
        item.IsRenewed = before is not null && (!isSame || isOtherwise);
        Conclude(item, before is not null, before?.Version ?? 0);
    }

    private async Task LookAtVolumeAsync(PlanItem item, VolumeSpec spec)
    {
        var before = await grains.GetGrain<IVolumeGrain>(item.Name).GetAsync();
        if (before is not null)
        {
            if (before.Spec.Driver != spec.Driver) item.Add("driver", $"must be what it is, '{before.Spec.Driver}', was '{spec.Driver}': only labels can change; make another volume");
            if (!ContentComparison.AreEqual(before.Spec.Options, spec.Options)) item.Add("options", "must be what they are: only labels can change; make another volume");
        }

        var known = new VolumeSpec { Name = item.Name };
        item.Plan.Changes.AddRange(FieldChanges.Between(Write(before?.Spec ?? known), Write(spec)));
        Conclude(item, before is not null, before?.Version ?? 0);
    }

    private static Proto.VolumeSpec Write(VolumeSpec from) => new() { Driver = from.Driver, Options = { from.Options }, Labels = { from.Labels } };
}
