using Google.Protobuf.Reflection;
using Warren.Services;
using Proto = Warren.V1;

namespace Warren.Api.Tests.Mapping;

/// <summary>The API's enumerations are the model's: the same names, numbers one higher, 0 for nothing said.</summary>
public sealed class EnumMapTests
{
    [Fact]
    public void Enums_OfTheApi_AreThoseOfTheModel()
    {
        var model = typeof(ServiceSpec).Assembly.GetTypes().Where(type => type.IsEnum && type.IsPublic).ToDictionary(type => type.Name);
        var checkedNames = new List<string>();
        foreach (var file in new[]
        {
            Proto.ContainerReflection.Descriptor, Proto.ServiceReflection.Descriptor, Proto.TaskReflection.Descriptor, Proto.NodeReflection.Descriptor,
            Proto.EventReflection.Descriptor,
        })
        {
            // How far a service has come is the API's own.
            foreach (var descriptor in file.EnumTypes.Where(descriptor => descriptor.Name != nameof(Proto.ProgressState)))
            {
                Values(descriptor).ShouldBe(Values(model[descriptor.Name]), descriptor.Name);
                checkedNames.Add(descriptor.Name);
            }
        }

        checkedNames.Count.ShouldBe(21);
    }

    private static IEnumerable<(string, int)> Values(EnumDescriptor descriptor)
    {
        var prefix = string.Concat(descriptor.Name.Select((c, i) => i > 0 && char.IsUpper(c) ? "_" + c : char.ToUpperInvariant(c).ToString())) + "_";
        descriptor.Values[0].Name.ShouldBe(prefix + "UNSPECIFIED");
        return descriptor.Values.Skip(1).Select(value => (value.Name[prefix.Length..].Replace("_", "", StringComparison.Ordinal), value.Number - 1));
    }

    private static IEnumerable<(string, int)> Values(Type type) =>
        Enum.GetValues(type).Cast<object>().Select(value => (value.ToString()!.ToUpperInvariant(), Convert.ToInt32(value, null))).OrderBy(value => value.Item2);
}
