using Warren.Containers;
using Proto = Warren.V1;

namespace Warren.Silo.Api.Mapping;

/// <summary>Mounts, to the API and back.</summary>
internal static class MountMap
{
    /// <summary>Reads what a request says.</summary>
    public static MountSpec Read(Proto.MountSpec from, FieldProblems problems, string path)
    {
        // The model's first kind would be mounted by whoever forgets to name one.
        if (from.Kind == Proto.MountKind.Unspecified) problems.Add($"{path}.kind", "must be given: volume, bind or tmpfs");
        return new()
        {
            Kind = problems.Enum($"{path}.kind", from.Kind, MountKind.Volume),
            Source = from.HasSource ? from.Source : null,
            Target = from.Target,
            ReadOnly = from.ReadOnly,
            TmpfsSize = from.HasTmpfsSize ? from.TmpfsSize : null,
            TmpfsMode = from.HasTmpfsMode ? from.TmpfsMode : null,
            Propagation = problems.Enum($"{path}.propagation", from.Propagation, MountPropagation.Private),
            Subpath = from.HasSubpath ? from.Subpath : null,
        };
    }

    /// <summary>Writes all of it.</summary>
    public static Proto.MountSpec Write(MountSpec from)
    {
        var to = new Proto.MountSpec
        {
            Kind = EnumMap.To<MountKind, Proto.MountKind>(from.Kind),
            Target = from.Target,
            ReadOnly = from.ReadOnly,
            Propagation = EnumMap.To<MountPropagation, Proto.MountPropagation>(from.Propagation),
        };
        if (from.Source is { } source) to.Source = source;
        if (from.TmpfsSize is { } size) to.TmpfsSize = size;
        if (from.TmpfsMode is { } mode) to.TmpfsMode = mode;
        if (from.Subpath is { } subpath) to.Subpath = subpath;
        return to;
    }
}
