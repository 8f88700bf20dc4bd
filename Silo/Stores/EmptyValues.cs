using System.Collections;
using System.Text.Json.Serialization.Metadata;

namespace Warren.Silo.Stores;

/// <summary>
/// Leaves out of a state's JSON what is empty there and in a new object alike: null, zero, false, "" and collections without elements, which is most of a
/// record. A default that says something is always written, so that a later release may choose another one for what is made from then on.
/// </summary>
internal static class EmptyValues
{
    /// <summary>A modifier of the types that are written property by property and read into a new object.</summary>
    public static void LeaveOut(JsonTypeInfo type)
    {
        if (type.Kind != JsonTypeInfoKind.Object || type.CreateObject is null) return;
        var fresh = type.CreateObject();
        foreach (var property in type.Properties)
        {
            if (property is not { Get: { } get, Set: not null, IsRequired: false }) continue;
            var initial = get(fresh);
            var unset = property.PropertyType.IsValueType ? Activator.CreateInstance(property.PropertyType) : null;
            if (Equals(initial, unset) || HasNoElements(initial))
                property.ShouldSerialize = (_, value) => !Equals(value, initial) && (Equals(value, unset) || !HasNoElements(value) || !HasNoElements(initial));
        }
    }

    // An immutable array that is not set has no count; who asks has looked for that.
    private static bool HasNoElements(object? value) => value is "" or ICollection { Count: 0 };
}
