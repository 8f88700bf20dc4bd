using System.Globalization;

namespace Warren.Silo.Api.Mapping;

/// <summary>Enumerations of the model as the API has them: one higher, since 0 says nothing there.</summary>
internal static class EnumMap
{
    /// <summary>The API's value.</summary>
    public static TProto To<TModel, TProto>(TModel value)
        where TModel : struct, Enum
        where TProto : struct, Enum =>
        (TProto)Enum.ToObject(typeof(TProto), Convert.ToInt32(value, CultureInfo.InvariantCulture) + 1);
}
