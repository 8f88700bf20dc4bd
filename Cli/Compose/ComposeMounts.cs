using Warren.Cli.Running;
using Warren.V1;

namespace Warren.Cli.Compose;

/// <summary>Reads what is mounted: <c>SOURCE:TARGET[:OPTIONS]</c> or the long form, and <c>tmpfs</c>.</summary>
internal static class ComposeMounts
{
    private static readonly Dictionary<string, MountKind> s_kinds = new() { ["volume"] = MountKind.Volume, ["bind"] = MountKind.Bind, ["tmpfs"] = MountKind.Tmpfs };

    private static readonly Dictionary<string, MountPropagation> s_propagations = new()
    {
        ["private"] = MountPropagation.Private,
        ["rprivate"] = MountPropagation.Private,
        ["slave"] = MountPropagation.Slave,
        ["rslave"] = MountPropagation.Slave,
        ["shared"] = MountPropagation.Shared,
        ["rshared"] = MountPropagation.Shared,
    };

    /// <summary>An item of <c>volumes</c>; null if it is wrong, which is noted.</summary>
    public static MountSpec? Read(ComposeValue item, ComposeObjects objects) => item.IsMapping ? ReadLong(item, objects) : ReadShort(item, objects);

    /// <summary>An item of <c>tmpfs</c>.</summary>
    public static MountSpec? ReadTmpfs(ComposeValue item)
    {
        if (item.Text() is not { } text) return null;
        var parts = text.Split(':', 2);
        var mount = new MountSpec { Kind = MountKind.Tmpfs, Target = parts[0] };
        foreach (var option in parts.Length == 1 ? [] : parts[1].Split(','))
        {
            item.Use(_ =>
            {
                if (option.StartsWith("size=", StringComparison.Ordinal)) mount.TmpfsSize = Values.Bytes("size", option["size=".Length..]);
                else if (option.StartsWith("mode=", StringComparison.Ordinal)) mount.TmpfsMode = Values.Mode("mode", option["mode=".Length..]);
                else if (option == "ro") mount.ReadOnly = true;
                else if (option != "rw") throw Values.Wrong("", "PATH[:size=…,mode=…,ro]", text);
            });
        }

        return mount;
    }

    private static MountSpec? ReadShort(ComposeValue item, ComposeObjects objects)
    {
        if (item.Text() is not { } text) return null;
        var parts = text.Split(':');
        if (parts.Length is 1 or > 3)
        {
            item.Problem(parts.Length == 1 ? $"has no source: name a volume before it, as in data:{text}" : $"must be SOURCE:TARGET[:OPTIONS], was '{text}'");
            return null;
        }

        var isPath = parts[0].Length > 0 && parts[0][0] is '.' or '/' or '~';
        var mount = new MountSpec { Kind = isPath ? MountKind.Bind : MountKind.Volume, Target = parts[1] };
        mount.Source = isPath ? item.File.PathOf(parts[0]) : objects.NameOf(ResourceKind.Volume, parts[0], item);
        foreach (var option in parts.Length == 3 ? parts[2].Split(',') : [])
        {
            if (option == "ro") mount.ReadOnly = true;
            else if (s_propagations.TryGetValue(option, out var propagation)) mount.Propagation = propagation;
            else if (option == "nocopy") item.File.Note(item.Node.Line, item.Path, "nocopy has no effect: nothing is copied into a volume");
            else if (option != "rw") item.Problem($"the option '{option}' is not supported; known are ro, rw, nocopy, {string.Join(", ", s_propagations.Keys)}");
        }

        return mount;
    }

    private static MountSpec ReadLong(ComposeValue item, ComposeObjects objects)
    {
        var mount = new MountSpec();
        ComposeValue? source = null;
        foreach (var (key, value) in item.Keys("services.*.volumes[]"))
        {
            switch (key)
            {
                case "type":
                    value.Use(text => mount.Kind = Values.Choice("", text, s_kinds));
                    break;
                case "source":
                    source = value;
                    break;
                case "target":
                    value.Use(text => mount.Target = text);
                    break;
                case "read_only":
                    mount.ReadOnly = value.Yes();
                    break;
                default:
                    ReadOptions(mount, key, value);
                    break;
            }
        }

        source?.Use(text => mount.Source = mount.Kind == MountKind.Bind ? item.File.PathOf(text) : objects.NameOf(ResourceKind.Volume, text, source));
        if (source is null && mount.Kind is MountKind.Volume or MountKind.Bind) item.Problem("has no source");
        return mount;
    }

    private static void ReadOptions(MountSpec mount, string section, ComposeValue options)
    {
        foreach (var (key, value) in options.Keys($"services.*.volumes[].{section}"))
        {
            value.Use(text =>
            {
                switch (key)
                {
                    case "propagation":
                        mount.Propagation = Values.Choice("", text, s_propagations);
                        break;
                    case "subpath":
                        mount.Subpath = text;
                        break;
                    case "size":
                        mount.TmpfsSize = Values.Bytes("", text);
                        break;
                    default:
                        mount.TmpfsMode = Values.Mode("", text);
                        break;
                }
            });
        }
    }
}
