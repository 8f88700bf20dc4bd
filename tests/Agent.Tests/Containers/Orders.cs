using System.Collections.Immutable;
using Warren.Agent.Containers;
using Warren.Agent.Runtime;
using Warren.Containers;

namespace Warren.Agent.Tests.Containers;

internal static class Orders
{
    public static ContainerOrder Web(Func<ContainerSpec, ContainerSpec>? change = null)
    {
        var spec = new ContainerSpec { Image = "example.test/web:1" };
        return new()
        {
            Id = new("web.1.1"),
            Spec = change?.Invoke(spec) ?? spec,
            Owner = ImmutableSortedDictionary<string, string>.Empty.Add(OwnerLabels.Task, "web.1.1"),
        };
    }
}
