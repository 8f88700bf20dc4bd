using System.Globalization;
using Google.Protobuf.Reflection;

namespace Warren.Silo.Api.Mapping;

/// <summary>Enumerations of the model as the API has them: one higher, since 0 says nothing there.</summary>
internal static class EnumMap
{
    /// <summary>The API's value.</summary>
    public static TProto To<TModel, TProto>(TModel value)
        where TModel : struct, Enum
        where TProto : struct, Enum =>
        (TProto)Enum.ToObject(typeof(TProto), Convert.ToInt32(value, CultureInfo.InvariantCulture) + 1);

    /// <summary>A value as people write it, in lower case with dashes: <c>start-first</c> for UPDATE_ORDER_START_FIRST.</summary>
    public static string Word(EnumDescriptor type, int number)
    {
        // All values begin with the name of the type, and the one for nothing ends with this.
        const string Nothing = "UNSPECIFIED";
        var prefix = type.Values[0].Name[..^Nothing.Length];
        return type.FindValueByNumber(number)?.Name[prefix.Length..].Replace('_', '-').ToLowerInvariant() ?? number.ToString(CultureInfo.InvariantCulture);
    }
}
