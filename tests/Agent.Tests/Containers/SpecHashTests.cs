using System.Collections.Immutable;
using System.Reflection;
using Warren.Agent.Containers;
using Warren.Containers;
using Warren.Volumes;

namespace Warren.Agent.Tests.Containers;

public sealed class SpecHashTests
{
    // What an agent of an earlier release has written on its containers; another value would make this one restart them all.
    private const string Known = "5b94c07db5e6e00063ce5afc62a28d51234bb2713a920f54c3a4736c274a3936";

    [Fact]
    public void Of_SpecAtItsDefaults_IsThatOfEarlierReleases() => SpecHash.Of(Orders.Web()).ShouldBe(Known);

    [Fact]
    public void Of_EqualContent_IsEqual()
    {
        var order = Orders.Web(spec => spec with { Args = ["a", "b"], Env = spec.Env.Add("X", "1").Add("A", "2") });
        var same = Orders.Web(spec => spec with { Args = ["a", "b"], Env = spec.Env.Add("A", "2").Add("X", "1") });

        SpecHash.Of(order).ShouldBe(SpecHash.Of(same));
    }

    [Fact]
    public void Of_DefaultWrittenOut_IsTheSame() =>
        SpecHash.Of(Orders.Web(spec => spec with { Security = new() { AddCapabilities = [] }, StopGracePeriod = TimeSpan.FromSeconds(10) }))
            .ShouldBe(SpecHash.Of(Orders.Web()));

    [Fact]
    public void Of_OtherOrder_Differs()
    {
        var order = Orders.Web();
        string[] hashes =
        [
            SpecHash.Of(order),
            SpecHash.Of(order with { ImageDigest = "sha256:0" }),
            SpecHash.Of(order with { Owner = order.Owner.Add("warren.generation", "2") }),
            SpecHash.Of(order with { Volumes = [new VolumeSpec { Name = "data" }] }),
            SpecHash.Of(Orders.Web(spec => spec with { Security = spec.Security with { ReadOnlyRoot = true } })),
            SpecHash.Of(Orders.Web(spec => spec with { Command = ["a", "b"] })),
            SpecHash.Of(Orders.Web(spec => spec with { Args = ["a", "b"] })),
        ];

        hashes.ShouldBeUnique();
    }

    [Fact]
    public void Of_EachMemberOfTheSpec_Counts()
    {
        var standard = new ContainerSpec { Image = "example.test/web:1" };
        var hashes = new Dictionary<string, string> { [""] = SpecHash.Of(Orders.Web()) };
        foreach (var member in typeof(ContainerSpec).GetProperties().Where(member => member.CanWrite))
        {
            var changed = standard with { };
            member.SetValue(changed, Other(member, member.GetValue(standard)));
            hashes[member.Name] = SpecHash.Of(Orders.Web(_ => changed));
        }

        hashes.Count.ShouldBe(typeof(ContainerSpec).GetProperties().Count(member => member.CanWrite) + 1);
        hashes.Values.ShouldBeUnique();
    }

    private static object Other(PropertyInfo member, object? value) => (value, member.PropertyType) switch
    {
        (bool given, _) => !given,
        (TimeSpan given, _) => given + TimeSpan.FromSeconds(1),
        (ImmutableArray<string>, _) => ImmutableArray.Create(member.Name),
        (ImmutableArray<MountSpec>, _) => ImmutableArray.Create(new MountSpec { Kind = MountKind.Tmpfs, Target = "/t" }),
        (ImmutableArray<PortSpec>, _) => ImmutableArray.Create(new PortSpec { ContainerPort = 80 }),
        (ImmutableSortedDictionary<string, string> given, _) => given.Add(member.Name, "1"),
        (NetworkSpec given, _) => given with { Mode = NetworkMode.Host },
        (SecuritySpec given, _) => given with { Privileged = true },
        (ResourceSpec given, _) => given with { PidsLimit = 10 },
        (LogSpec given, _) => given with { MaxFiles = 7 },
        (null, { } type) when type == typeof(ProbeSpec) => new ProbeSpec { TcpPort = member.Name.Length },
        (string or null, { } type) when type == typeof(string) => "example.test/" + member.Name.ToLowerInvariant(),
        _ => throw new InvalidOperationException($"{member.Name}: say here what another {member.PropertyType.Name} is."),
    };
}
