using System.Collections;
using Google.Protobuf;

namespace Warren.Api.Tests.Testing;

/// <summary>Which fields of a message say nothing.</summary>
internal static class MessageFields
{
    /// <summary>The paths of those that have their default, also in messages below.</summary>
    public static IEnumerable<string> Unset(IMessage message, string path = "")
    {
        foreach (var field in message.Descriptor.Fields.InFieldNumberOrder())
        {
            var at = path.Length == 0 ? field.Name : $"{path}.{field.Name}";
            var value = field.Accessor.GetValue(message);
            if (field.IsMap || field.IsRepeated)
            {
                if (((ICollection)value).Count == 0)
                {
                    yield return at;
                }
                else if (!field.IsMap && ((IList)value)[0] is IMessage item)
                {
                    foreach (var below in Unset(item, at + "[0]")) yield return below;
                }
            }
            else if (value is IMessage inner && field.MessageType.File.Package == "warren.v1")
            {
                foreach (var below in Unset(inner, at)) yield return below;
            }
            else if (value is null or 0 or 0L or 0d or "" or false || (field.HasPresence && !field.Accessor.HasValue(message)) || (value is Enum && Convert.ToInt32(value, null) == 0)
                || value is ByteString { Length: 0 })
            {
                yield return at;
            }
        }
    }
}
