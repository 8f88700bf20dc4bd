using System.Collections.Immutable;
using System.Globalization;
using Warren.Agent.Runtime.Containerd.Api.ContainersV1;

namespace Warren.Agent.Runtime.Containerd;

/// <summary>
/// What the adapter itself keeps with a container's record, beside the owner's labels. It must survive the agent and containerd, and most of it the
/// machine.
/// </summary>
internal static class ContainerLabels
{
    /// <summary>What they all begin with. No label of an owner does.</summary>
    public const string Prefix = OwnerLabels.Prefix + "runtime.";

    /// <summary>The image by digest.</summary>
    public const string ImageDigest = Prefix + "image-digest";

    /// <summary>The URI of the container's logger.</summary>
    public const string Log = Prefix + "log";

    /// <summary>Set if the container has a terminal.</summary>
    public const string Terminal = Prefix + "terminal";

    /// <summary>On a snapshot: the container that it is for.</summary>
    public const string Container = Prefix + "container";

    /// <summary>On a record: <see cref="RunBegin"/>.</summary>
    public const string Begin = Prefix + "begin";

    /// <summary>On a record: a <see cref="ContainerExit"/>.</summary>
    public const string Exit = Prefix + "exit";

    /// <summary>Keeps a snapshot from containerd's garbage collection, also while no record refers to it yet.</summary>
    public const string CollectionRoot = "containerd.io/gc.root";

    private const char Separator = ' ';
    private const string OutOfMemory = "oom";

    /// <summary>The labels that the container's owner gave it.</summary>
    public static ImmutableSortedDictionary<string, string> OwnersOf(Container record) =>
        record.Labels.Where(label => label.Key.StartsWith(OwnerLabels.Prefix, StringComparison.Ordinal)
            && !label.Key.StartsWith(Prefix, StringComparison.Ordinal)).ToImmutableSortedDictionary(StringComparer.Ordinal);

    public static string? Find(Container record, string name) => record.Labels.TryGetValue(name, out var value) ? value : null;

    public static string Write(RunBegin begin) => $"{begin.BootId}{Separator}{Time(begin.At)}";

    public static RunBegin? ReadBegin(Container record) =>
        Find(record, Begin)?.Split(Separator) is [var boot, var at] && ReadTime(at) is { } time ? new(boot, time) : null;

    public static string Write(ContainerExit exit) => string.Create(
        CultureInfo.InvariantCulture, $"{exit.Code}{Separator}{Time(exit.At)}{(exit.OutOfMemory ? Separator + OutOfMemory : "")}");

    public static ContainerExit? ReadExit(Container record) => Find(record, Exit)?.Split(Separator) switch
    {
        [var code, var at, .. var rest] when int.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && ReadTime(at) is { } time => new(number, time, rest is [OutOfMemory]),
        _ => null,
    };

    private static string Time(DateTimeOffset time) => time.ToUniversalTime().ToString("o", CultureInfo.InvariantCulture);

    private static DateTimeOffset? ReadTime(string text) =>
        DateTimeOffset.TryParseExact(text, "o", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
}
