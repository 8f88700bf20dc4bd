using System.Reflection;

namespace Warren.Contracts.Tests;

/// <summary>The contracts of an assembly as text: what travels and what is stored, by the names and numbers that it has there.</summary>
internal static class ContractText
{
    public static IEnumerable<string> Of(Assembly assembly)
    {
        var types = assembly.GetTypes().Where(type => !type.IsNested || type.IsNestedPublic).ToArray();
        var blocks = types.Where(type => type.IsDefined(typeof(GenerateSerializerAttribute))).Select(Serialised)
            .Concat(types.Where(type => type.IsInterface && IsGrainInterface(type)).Select(GrainInterface));
        return blocks.OrderBy(block => block[0], StringComparer.Ordinal).SelectMany(block => block);
    }

    private static bool IsGrainInterface(Type type) =>
        typeof(IAddressable).IsAssignableFrom(type) && type.Assembly != typeof(IAddressable).Assembly && !type.Name.Contains("Proxy", StringComparison.Ordinal);

    private static string[] Serialised(Type type)
    {
        if (type.IsEnum)
            return [$"enum {Name(type)}", .. Enum.GetValues(type).Cast<object>().Select(value => $"  {Convert.ToInt64(value, null)} {value}"), ""];
        var members = type.GetMembers(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            .Where(member => member.GetCustomAttribute<IdAttribute>() is not null)
            .OrderBy(member => member.GetCustomAttribute<IdAttribute>()!.Id)
            .Select(member => $"  {member.GetCustomAttribute<IdAttribute>()!.Id} {member.Name} {Name(TypeOf(member))}");
        var parameters = Primary(type)?.GetParameters().Select((parameter, i) => $"  parameter {i} {parameter.Name} {Name(parameter.ParameterType)}") ?? [];
        return [$"type {Alias(type)} {Name(type)}", .. parameters, .. members, ""];
    }

    private static string[] GrainInterface(Type type) =>
    [
        $"grain {Alias(type)} {Name(type)} : {string.Join(", ", type.GetInterfaces().Select(Name).Order(StringComparer.Ordinal))}",
        .. type.GetMethods().OrderBy(method => method.ToString(), StringComparer.Ordinal).Select(method =>
            $"  {method.GetCustomAttribute<AliasAttribute>()?.Alias ?? method.Name}({string.Join(", ", method.GetParameters().Select(x => Name(x.ParameterType)))}): {Name(method.ReturnType)}"),
        "",
    ];

    /// <summary>The constructor from whose parameters a record's properties were made.</summary>
    private static ConstructorInfo? Primary(Type type) => type.GetConstructors()
        .FirstOrDefault(constructor => constructor.GetParameters() is { Length: > 0 } parameters && parameters.All(
            parameter => type.GetProperty(parameter.Name!) is { SetMethod: not null } property && property.PropertyType == parameter.ParameterType));

    private static string Alias(Type type) => type.GetCustomAttribute<AliasAttribute>()?.Alias ?? "(no alias)";

    private static Type TypeOf(MemberInfo member) => member is FieldInfo field ? field.FieldType : ((PropertyInfo)member).PropertyType;

    private static string Name(Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } value) return Name(value) + "?";
        var name = type.Namespace?.StartsWith("Warren", StringComparison.Ordinal) == true ? $"{type.Namespace}.{type.Name}" : type.Name;
        return type.IsGenericType ? $"{name[..name.IndexOf('`', StringComparison.Ordinal)]}<{string.Join(", ", type.GenericTypeArguments.Select(Name))}>" : name;
    }
}
