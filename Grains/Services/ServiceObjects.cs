using System.Collections.Immutable;
using Warren.Configs;
using Warren.Nodes;
using Warren.References;
using Warren.Secrets;
using Warren.Services;
using Warren.Validation;
using Warren.Volumes;

namespace Warren.Grains.Services;

/// <summary>Asks the grains of the secrets, configs and volumes that a service names.</summary>
internal sealed class ServiceObjects(IGrainFactory grains)
{
    /// <summary>What is named and is not there, and the versions of the secrets and configs that are.</summary>
    public async Task<(ImmutableArray<ValidationProblem> Problems, ImmutableSortedDictionary<string, long> Versions)> LookAsync(ServiceSpec spec)
    {
        var names = ObjectNames.In(spec).ToArray();
        var versions = await Task.WhenAll(names.Select(name => VersionOfAsync(name.Kind, name.Name)));
        var problems = ImmutableArray.CreateBuilder<ValidationProblem>();
        var found = ImmutableSortedDictionary.CreateBuilder<string, long>(StringComparer.Ordinal);
        for (var i = 0; i < names.Length; i++)
        {
            var kind = names[i].Kind.ToString().ToLowerInvariant();
            if (versions[i] is not { } version) problems.Add(new(names[i].Path, $"must name a {kind} that is there, was '{names[i].Name}'; make it first"));
            else if (names[i].Kind != ObjectKind.Volume) found[ObjectNames.Of(names[i].Kind, names[i].Name)] = version;
        }

        return (problems.DrainToImmutable(), found.ToImmutable());
    }

    /// <summary>The nodes that keep volumes of these names; those that none keeps are left out.</summary>
    public async Task<ImmutableSortedDictionary<VolumeName, NodeId>> KeepersAsync(IReadOnlyCollection<string> names)
    {
        var volumes = await Task.WhenAll(names.Select(name => grains.GetGrain<IVolumeGrain>(name).GetAsync()));
        return volumes.Where(volume => volume?.Node is not null).ToImmutableSortedDictionary(volume => volume!.Name, volume => volume!.Node!.Value);
    }

    /// <summary>What tasks of a version are made from, with the contents as they are now.</summary>
    /// <exception cref="NotFoundException">A secret or config is gone.</exception>
    public async Task<TaskTemplate> TemplateAsync(ServiceRevision revision)
    {
        var spec = revision.Spec;
        var volumes = Task.WhenAll(ObjectNames.Volumes([revision]).Select(VolumeAsync));
        var secrets = Task.WhenAll(spec.Secrets.Select(reference => FileAsync(spec, reference)));
        var configs = Task.WhenAll(spec.Configs.Select(reference => FileAsync(spec, reference)));
        return new()
        {
            Service = spec.Name,
            Version = revision.Version,
            Container = spec.Container,
            Labels = spec.Labels,
            PinnedImage = revision.Image?.Reference,
            Volumes = [.. await volumes],
            Files = [.. await secrets, .. await configs],
            Restart = spec.Mode is ServiceMode.Job or ServiceMode.Cron ? null : spec.Restart,
        };
    }

    private async Task<long?> VersionOfAsync(ObjectKind kind, string name) => kind switch
    {
        ObjectKind.Secret => (await grains.GetGrain<ISecretGrain>(name).GetAsync())?.Version,
        ObjectKind.Config => (await grains.GetGrain<IConfigGrain>(name).GetAsync())?.Version,
        _ => await grains.GetGrain<IVolumeGrain>(name).GetAsync() is null ? null : 0,
    };

    private async Task<VolumeSpec> VolumeAsync(string name) =>
        await grains.GetGrain<IVolumeGrain>(name).GetSpecAsync() ?? new VolumeSpec { Name = name };

    private async Task<TaskFile> FileAsync(ServiceSpec spec, SecretReference reference) => new()
    {
        Target = reference.Target ?? $"/run/secrets/{reference.Secret}",
        Content = await grains.GetGrain<ISecretGrain>(reference.Secret.Value).ReadAsync()
            ?? throw new NotFoundException($"secret {reference.Secret} of service {spec.Name} is gone; make it again, or change the service"),
        Mode = reference.Mode,
        Uid = reference.Uid,
        Gid = reference.Gid,
        IsSecret = true,
        IsInPlace = reference.OnChange == ReferencePolicy.InPlace,
        Signal = reference.Signal,
    };

    private async Task<TaskFile> FileAsync(ServiceSpec spec, ConfigReference reference)
    {
        var config = await grains.GetGrain<IConfigGrain>(reference.Config.Value).ReadContentAsync()
            ?? throw new NotFoundException($"config {reference.Config} of service {spec.Name} is gone; make it again, or change the service");
        return new()
        {
            Target = reference.Target ?? $"/{reference.Config}",
            Content = config.Content,
            IsTemplate = config.IsTemplate,
            Mode = reference.Mode,
            Uid = reference.Uid,
            Gid = reference.Gid,
            IsSecret = false,
            IsInPlace = reference.OnChange == ReferencePolicy.InPlace,
            Signal = reference.Signal,
        };
    }
}
