using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Warren.Configs;
using Warren.Secrets;
using Warren.Volumes;
using Proto = Warren.V1;

namespace Warren.Silo.Api.Mapping;

/// <summary>Secrets, configs and volumes, to the API and back.</summary>
internal static class ObjectMap
{
    private static readonly VolumeSpec s_volume = new() { Name = "" };

    /// <summary>Reads a secret that is to be written with a value.</summary>
    /// <exception cref="ValidationException">Something is wrong with it; all problems are named.</exception>
    public static SecretSpec ReadSecret(Proto.SecretSpec? from)
    {
        var problems = new FieldProblems();
        from ??= new();
        var spec = new SecretSpec
        {
            Name = SecretNameOf(from.Name, problems),
            Labels = ContainerMap.Map(from.Labels),
            Value = from.Value.Memory,
        };
        if (!from.HasValue) problems.Add("value", "must be given");
        problems.AddFurther(SecretSpecValidator.Validate(spec));
        problems.ThrowIfAny($"secret {from.Name}".TrimEnd());
        return spec;
    }

    /// <summary>Reads a config that is to be written with content.</summary>
    /// <exception cref="ValidationException">Something is wrong with it; all problems are named.</exception>
    public static ConfigSpec ReadConfig(Proto.ConfigSpec? from)
    {
        var problems = new FieldProblems();
        from ??= new();
        var spec = new ConfigSpec
        {
            Name = ConfigNameOf(from.Name, problems),
            Labels = ContainerMap.Map(from.Labels),
            Content = from.Content.Memory,
            IsTemplate = from.Template,
        };
        if (!from.HasContent) problems.Add("content", "must be given");
        problems.AddFurther(ConfigSpecValidator.Validate(spec));
        problems.ThrowIfAny($"config {from.Name}".TrimEnd());
        return spec;
    }

    /// <summary>Reads a volume.</summary>
    /// <exception cref="ValidationException">Something is wrong with it; all problems are named.</exception>
    public static VolumeSpec ReadVolume(Proto.VolumeSpec? from)
    {
        var problems = new FieldProblems();
        from ??= new();
        var spec = new VolumeSpec
        {
            Name = from.Name,
            Driver = from.HasDriver ? from.Driver : s_volume.Driver,
            Options = ContainerMap.Map(from.Options),
            Labels = ContainerMap.Map(from.Labels),
        };
        problems.AddFurther(VolumeSpecValidator.Validate(spec));
        problems.ThrowIfAny($"volume {from.Name}".TrimEnd());
        return spec;
    }

    /// <summary>Writes all but the value.</summary>
    public static Proto.Secret Write(SecretRecord from) => new()
    {
        Name = from.Name.Value,
        Labels = { from.Labels },
        Version = from.Version,
        CreatedAt = from.CreatedAt.ToTimestamp(),
        UpdatedAt = from.UpdatedAt.ToTimestamp(),
    };

    /// <summary>Writes a config.</summary>
    /// <param name="from">The config.</param>
    /// <param name="withContent">Whether its content, too.</param>
    public static Proto.Config Write(ConfigRecord from, bool withContent)
    {
        var to = new Proto.Config
        {
            Spec = new() { Name = from.Spec.Name.Value, Labels = { from.Spec.Labels }, Template = from.Spec.IsTemplate },
            Version = from.Version,
            CreatedAt = from.CreatedAt.ToTimestamp(),
            UpdatedAt = from.UpdatedAt.ToTimestamp(),
            Size = from.Spec.Content.Length,
        };
        if (withContent) to.Spec.Content = ByteString.CopyFrom(from.Spec.Content.Span);
        return to;
    }

    /// <summary>Writes all of it.</summary>
    public static Proto.Volume Write(VolumeRecord from)
    {
        var to = new Proto.Volume
        {
            Spec = new() { Name = from.Name.Value, Driver = from.Spec.Driver, Options = { from.Spec.Options }, Labels = { from.Spec.Labels } },
            CreatedAt = from.CreatedAt.ToTimestamp(),
            Version = from.Version,
        };
        if (from.Node is { } node) to.Node = node.Value;
        return to;
    }

    private static SecretName SecretNameOf(string name, FieldProblems problems)
    {
        if (!SecretName.TryParse(name, out var read)) problems.Add("name", $"must be {SecretName.Rule}, was '{name}'");
        return read;
    }

    private static ConfigName ConfigNameOf(string name, FieldProblems problems)
    {
        if (!ConfigName.TryParse(name, out var read)) problems.Add("name", $"must be {ConfigName.Rule}, was '{name}'");
        return read;
    }
}
