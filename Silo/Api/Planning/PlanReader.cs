using System.Globalization;
using Warren.Configs;
using Warren.Grains.Services;
using Warren.Secrets;
using Warren.Services;
using Warren.Silo.Api.Mapping;
using Warren.Volumes;
using Proto = Warren.V1;

namespace Warren.Silo.Api.Planning;

/// <summary>Reads what a plan is asked for, by the rules of the writes.</summary>
internal static class PlanReader
{
    private const int MaxResources = 10_000;

    /// <summary>What is to be written, in the order of the request; what is wrong with it stands with it.</summary>
    /// <exception cref="ValidationException">The request itself is wrong.</exception>
    public static List<PlanItem> Written(Proto.PlanRequest request)
    {
        var wrong = new FieldProblems();
        if (request.Resources.Count > MaxResources)
            wrong.Add("resources", string.Create(CultureInfo.InvariantCulture, $"must be at most {MaxResources}, were {request.Resources.Count}"));
        var items = new List<PlanItem>(request.Resources.Count);
        for (var i = 0; i < request.Resources.Count && request.Resources.Count <= MaxResources; i++)
        {
            if (Read(request.Resources[i]) is not { } item)
            {
                wrong.Add(string.Create(CultureInfo.InvariantCulture, $"resources[{i}]"), "must have exactly one of service, secret, config and volume");
                continue;
            }

            item.Plan.Index = i;
            if (item.Name.Length > 0 && items.Exists(other => other.Kind == item.Kind && other.Name == item.Name))
                item.Add("name", $"must be that of no other {Word(item.Kind)}, '{item.Name}' is given twice");
            items.Add(item);
        }

        wrong.ThrowIfAny("the request");
        return items;
    }

    /// <summary>What is named to be removed.</summary>
    /// <exception cref="ValidationException">It cannot be, or is to be written, too.</exception>
    public static List<PlanItem> Removed(Proto.PlanRequest request, IReadOnlyCollection<PlanItem> written)
    {
        var wrong = new FieldProblems();
        var items = new List<PlanItem>();
        for (var i = 0; i < request.Removals.Count; i++)
        {
            var (kind, name) = (request.Removals[i].Kind, request.Removals[i].Name);
            var path = string.Create(CultureInfo.InvariantCulture, $"removals[{i}]");
            var isKind = kind is Proto.ResourceKind.Secret or Proto.ResourceKind.Config or Proto.ResourceKind.Volume or Proto.ResourceKind.Service;
            if (!isKind) wrong.Add($"{path}.kind", "must be secret, config, volume or service");
            else if (!IsName(kind, name)) wrong.Add($"{path}.name", $"must be the name of a {Word(kind)}, was '{name}'");
            else if (written.Any(item => item.Kind == kind && item.Name == name)) wrong.Add(path, $"must not be among the resources, {Word(kind)} {name} is");
            else if (!items.Exists(item => item.Kind == kind && item.Name == name)) items.Add(PlanItem.Removal(kind, name));
        }

        wrong.ThrowIfAny("the request");
        return items;
    }

    /// <summary>The kind, for people.</summary>
    public static string Word(Proto.ResourceKind kind) => kind.ToString().ToLowerInvariant();

    private static bool IsName(Proto.ResourceKind kind, string name) => kind switch
    {
        Proto.ResourceKind.Service => ServiceName.TryParse(name, out _),
        Proto.ResourceKind.Secret => SecretName.TryParse(name, out _),
        Proto.ResourceKind.Config => ConfigName.TryParse(name, out _),
        _ => VolumeName.TryParse(name, out _),
    };

    private static PlanItem? Read(Proto.Resource resource) => resource switch
    {
        { Service: { } service, Secret: null, Config: null, Volume: null } => Service(service),
        { Service: null, Secret: { } secret, Config: null, Volume: null } =>
            Checked(Proto.ResourceKind.Secret, secret.Name, () => PlanItem.Of(ObjectMap.ReadSecret(secret))),
        { Service: null, Secret: null, Config: { } config, Volume: null } =>
            Checked(Proto.ResourceKind.Config, config.Name, () => PlanItem.Of(ObjectMap.ReadConfig(config))),
        { Service: null, Secret: null, Config: null, Volume: { } volume } =>
            Checked(Proto.ResourceKind.Volume, volume.Name, () => PlanItem.Of(ObjectMap.ReadVolume(volume))),
        _ => null,
    };

    private static PlanItem Service(Proto.ServiceSpec from)
    {
        var problems = new FieldProblems();
        var spec = ServiceSpecMap.Read(from, problems);
        problems.AddFurther(ServiceSpecRules.Find(spec, spec.Name));
        var item = problems.Found.Any(problem => problem.Path == "name") ? PlanItem.Unreadable(Proto.ResourceKind.Service, from.Name) : PlanItem.Of(spec);
        item.Add(problems.Found);
        return item;
    }

    private static PlanItem Checked(Proto.ResourceKind kind, string name, Func<PlanItem> read)
    {
        try
        {
            return read();
        }
        catch (ValidationException invalid)
        {
            var item = PlanItem.Unreadable(kind, name);
            item.Add(invalid.Problems);
            return item;
        }
    }
}
