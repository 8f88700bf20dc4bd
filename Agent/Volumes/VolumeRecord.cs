using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Warren.Hosting.Files;
using Warren.Volumes;

namespace Warren.Agent.Volumes;

/// <summary>What is kept of a volume on disk.</summary>
internal sealed record VolumeRecord
{
    private const int CurrentFormat = 1;

    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        RespectRequiredConstructorParameters = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    public int Format { get; init; } = CurrentFormat;

    public required string Name { get; init; }

    public required string Driver { get; init; }

    public required ImmutableSortedDictionary<string, string> Options { get; init; }

    public required ImmutableSortedDictionary<string, string> Labels { get; init; }

    /// <summary>Names of the containers that use it.</summary>
    public required ImmutableSortedSet<string> Users { get; init; }

    /// <summary>Whether it is being deleted, which goes on after a crash.</summary>
    public bool IsDeleting { get; init; }

    [JsonIgnore]
    public VolumeSpec Spec => new() { Name = Name, Driver = Driver, Options = Options, Labels = Labels };

    public static VolumeRecord Of(VolumeSpec spec) => new()
    {
        Name = spec.Name,
        Driver = spec.Driver,
        Options = spec.Options,
        Labels = spec.Labels,
        Users = ImmutableSortedSet.Create<string>(StringComparer.Ordinal),
    };

    /// <summary>What stands in the way of using it for a spec; empty if nothing. Labels may differ: the first ones stay.</summary>
    public IReadOnlyList<string> DifferencesFrom(VolumeSpec spec)
    {
        if (Driver != spec.Driver) return [$"driver: '{Driver}' there, '{spec.Driver}' asked for"];
        return
        [
            .. Options.Keys.Union(spec.Options.Keys).Order(StringComparer.Ordinal)
                .Where(name => Options.GetValueOrDefault(name) != spec.Options.GetValueOrDefault(name))
                .Select(name => $"options.{name}: {Quote(Options.GetValueOrDefault(name))} there, {Quote(spec.Options.GetValueOrDefault(name))} asked for"),
        ];
    }

    /// <summary>Reads a record; null if there is none.</summary>
    /// <exception cref="VolumeException">It cannot be read; the message names the file.</exception>
    public static VolumeRecord? Read(string path)
    {
        try
        {
            var record = JsonSerializer.Deserialize<VolumeRecord>(File.ReadAllBytes(path), s_json)
                ?? throw new JsonException("it holds null");
            if (record.Format != CurrentFormat) throw new JsonException($"it has format {record.Format}, and this release reads {CurrentFormat}");
            return record;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (JsonException e)
        {
            throw new VolumeException(VolumeFault.Failed, $"the record of a volume, {path}, cannot be read: {e.Message}. Correct it, or remove it to forget the volume and keep its files.", e);
        }
    }

    /// <summary>Writes it, so that after a crash there is the old or the new one, and after the return the new one.</summary>
    public void Write(string path)
    {
        var folder = Path.GetDirectoryName(path)!;
        var isNew = !Directory.Exists(folder);
        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        DurableFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(this, s_json), Mode);
        if (isNew) DurableFile.FlushFolder(Path.GetDirectoryName(folder)!);
    }

    private static string Quote(string? value) => value is null ? "not given" : $"'{value}'";
}
