using System.Collections;
using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Warren.Silo.Api.Mapping;
using Proto = Warren.V1;

namespace Warren.Silo.Api.Planning;

/// <summary>Compares two messages field by field.</summary>
internal static class FieldChanges
{
    /// <summary>What differs, in the order of the fields. Both are complete, with their defaults.</summary>
    public static IEnumerable<Proto.FieldChange> Between<T>(T before, T after)
        where T : IMessage => Compare(before, after, "");

    /// <summary>A change of one field.</summary>
    public static Proto.FieldChange Of(string field, string? before, string? after)
    {
        var change = new Proto.FieldChange { Field = field };
        if (before is not null) change.Before = before;
        if (after is not null) change.After = after;
        return change;
    }

    private static IEnumerable<Proto.FieldChange> Compare(IMessage before, IMessage after, string path)
    {
        foreach (var field in after.Descriptor.Fields.InDeclarationOrder())
        {
            var at = path.Length == 0 ? field.JsonName : $"{path}.{field.JsonName}";
            var (left, right) = (Value(field, before), Value(field, after));
            var changes = field switch
            {
                { IsMap: true } => CompareMaps((IDictionary)left!, (IDictionary)right!, at),
                { IsRepeated: true, FieldType: FieldType.Message } => CompareItems((IList)left!, (IList)right!, at),
                { IsRepeated: true } => CompareText(Text(field, left), Text(field, right), at),
                { FieldType: FieldType.Message } when left is IMessage one && right is IMessage other && one is not Duration => Compare(one, other, at),
                _ => CompareText(left is null ? null : Text(field, left), right is null ? null : Text(field, right), at),
            };
            foreach (var change in changes) yield return change;
        }
    }

    private static object? Value(FieldDescriptor field, IMessage message) =>
        field is { IsRepeated: false, HasPresence: true } && !field.Accessor.HasValue(message) ? null : field.Accessor.GetValue(message);

    private static IEnumerable<Proto.FieldChange> CompareText(string? before, string? after, string path)
    {
        if (before != after) yield return Of(path, before, after);
    }

    private static IEnumerable<Proto.FieldChange> CompareMaps(IDictionary before, IDictionary after, string path)
    {
        foreach (var key in before.Keys.Cast<string>().Union(after.Keys.Cast<string>()).Order(StringComparer.Ordinal))
        {
            foreach (var change in CompareText((string?)before[key], (string?)after[key], $"{path}[{key}]")) yield return change;
        }
    }

    private static IEnumerable<Proto.FieldChange> CompareItems(IList before, IList after, string path)
    {
        for (var i = 0; i < Math.Max(before.Count, after.Count); i++)
        {
            var (left, right) = (i < before.Count ? (IMessage)before[i]! : null, i < after.Count ? (IMessage)after[i]! : null);
            var at = string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]");
            if (left is not null && right is not null)
            {
                foreach (var change in Compare(left, right, at)) yield return change;
            }
            else
            {
                yield return Of(at, left is null ? null : Text(left), right is null ? null : Text(right));
            }
        }
    }

    private static string Text(FieldDescriptor field, object? value) => value switch
    {
        IList list => $"[{string.Join(", ", list.Cast<object>().Select(item => Text(field, item)))}]",
        Duration duration => Text(duration.ToTimeSpan()),
        IMessage message => Text(message),
        bool flag => flag ? "true" : "false",
        int mode when field.Name is "mode" or "tmpfs_mode" => "0" + Convert.ToString(mode, 8),
        System.Enum word => EnumMap.Word(field.EnumType, Convert.ToInt32(word, CultureInfo.InvariantCulture)),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    private static string Text(IMessage message)
    {
        var parts = new List<string>();
        foreach (var field in message.Descriptor.Fields.InDeclarationOrder())
        {
            var value = Value(field, message);
            if (value is null or "" or false || (value is ICollection { Count: 0 }) || (field.FieldType == FieldType.Int32 && !field.HasPresence && value is 0)) continue;
            parts.Add($"{field.JsonName}: {(value is IDictionary map ? $"{{{string.Join(", ", map.Keys.Cast<string>().Select(key => $"{key}: {map[key]}"))}}}" : Text(field, value))}");
        }

        return $"{{{string.Join(", ", parts)}}}";
    }

    // Hours and more as they are written: 1h30m, 10s, 250ms.
    private static string Text(TimeSpan time)
    {
        if (time == TimeSpan.Zero) return "0s";
        var parts = new List<string>();
        var rest = time.Duration();
        foreach (var (unit, size) in new[] { ("d", TimeSpan.FromDays(1)), ("h", TimeSpan.FromHours(1)), ("m", TimeSpan.FromMinutes(1)) })
        {
            if (rest < size) continue;
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"{rest.Ticks / size.Ticks}{unit}"));
            rest = TimeSpan.FromTicks(rest.Ticks % size.Ticks);
        }

        if (rest >= TimeSpan.FromSeconds(1)) parts.Add(rest.TotalSeconds.ToString("0.######", CultureInfo.InvariantCulture) + "s");
        else if (rest > TimeSpan.Zero) parts.Add(rest.TotalMilliseconds.ToString("0.####", CultureInfo.InvariantCulture) + "ms");
        return (time < TimeSpan.Zero ? "-" : "") + string.Concat(parts);
    }
}
