using Warren.Api.Tests.Testing;
using Warren.Content;
using Warren.Services;
using Warren.Silo.Api.Mapping;
using Proto = Warren.V1;

namespace Warren.Api.Tests.Mapping;

/// <summary>The spec of a service through the API: nothing is lost, nothing is ignored.</summary>
public sealed class SpecMapTests
{
    [Fact]
    public void Spec_WithEverything_ComesBackWithTheSameContent()
    {
        var full = Model.Full<ServiceSpec>();
        ContentComparison.Differences(full, RoundTrip(full)).ShouldBeEmpty();
    }

    [Fact]
    public void Spec_EachThingChanged_ComesBackChanged()
    {
        var seen = new List<string>();
        foreach (var (path, changed) in Model.Variations(Model.Full<ServiceSpec>()))
        {
            ContentComparison.Differences(changed, RoundTrip(changed)).ShouldBeEmpty(path);
            seen.Add(path);
        }

        // That the variations reach into the depth.
        seen.ShouldContain("Container.Security.Devices[0].Access");
        seen.ShouldContain("Container.Liveness.Http.MinStatus");
        seen.ShouldContain("Container.Security.MaskedPaths (null)");
        seen.Count.ShouldBeGreaterThan(150);
    }

    [Fact]
    public void Spec_OfDefaults_ComesBackWithTheSameContent()
    {
        var spec = new ServiceSpec { Name = new("web"), Container = new() { Image = "web" } };
        ContentComparison.Differences(spec, RoundTrip(spec)).ShouldBeEmpty();
        ServiceSpecMap.Read(new Proto.ServiceSpec { Name = "web", Container = new() { Image = "web" } }).ShouldSatisfyAllConditions(
            read => ContentComparison.Differences(spec, read).ShouldBeEmpty());
    }

    [Fact]
    public void Spec_WithPartsThatSayNothing_HasTheirDefaults()
    {
        var standard = new ServiceSpec
        {
            Name = new("web"),
            Container = new() { Image = "web", Mounts = [new() { Kind = Containers.MountKind.Tmpfs, Target = "/t" }], Liveness = new() { Http = new() { Port = 80 } } },
            Job = new(),
            Cron = new() { Schedule = "@daily" },
            Secrets = [new() { Secret = new("s") }],
            Configs = [new() { Config = new("c") }],
        };
        var sparse = new Proto.ServiceSpec
        {
            Name = "web",
            Container = new()
            {
                Image = "web",
                Mounts = { new Proto.MountSpec { Kind = Proto.MountKind.Tmpfs, Target = "/t" } },
                Network = new(),
                Security = new(),
                Resources = new(),
                Logs = new(),
                Liveness = new() { Http = new() { Port = 80 } },
            },
            Job = new(),
            Cron = new() { Schedule = "@daily" },
            Placement = new(),
            Restart = new(),
            Update = new(),
            Secrets = { new Proto.SecretReference { Secret = "s" } },
            Configs = { new Proto.ConfigReference { Config = "c" } },
        };
        ContentComparison.Differences(standard, ServiceSpecMap.Read(sparse, new())).ShouldBeEmpty();
    }

    /// <summary>A field of the API that the map does not know is one that is accepted and ignored.</summary>
    [Fact]
    public void Spec_WithEverything_SetsEveryFieldOfTheApi() =>
        MessageFields.Unset(ServiceSpecMap.Write(Model.Full<ServiceSpec>())).ShouldBeEmpty();

    [Fact]
    public void Spec_SeveralThingsWrong_AllAreNamedByTheirPaths()
    {
        var wrong = new Proto.ServiceSpec
        {
            Name = "Web_1",
            Mode = (Proto.ServiceMode)99,
            Replicas = -1,
            Container = new()
            {
                StopGracePeriod = new() { Seconds = long.MaxValue },
                Mounts = { new Proto.MountSpec { Target = "/data", Source = "data" } },
            },
            Secrets = { new Proto.SecretReference { Secret = "no secret" }, new Proto.SecretReference { Secret = "b", Mode = 4_096 } },
            Update = new() { Parallelism = 0 },
        };
        var refusal = Should.Throw<ValidationException>(() => ServiceSpecMap.Read(wrong));
        var paths = refusal.Problems.Select(problem => problem.Path).ToList();
        paths.ShouldBeUnique();
        foreach (var path in new[]
        {
            "name", "mode", "replicas", "container.image", "container.stopGracePeriod", "container.mounts[0].kind", "secrets[0].secret", "secrets[1].mode",
            "update.parallelism",
        })
        {
            paths.ShouldContain(path);
        }

        refusal.Problems.First(problem => problem.Path == "mode").Message.ShouldContain("was the unknown number 99");
        Should.Throw<ValidationException>(() => ServiceSpecMap.Read((Proto.ServiceSpec?)null)).Problems.ShouldHaveSingleItem().Path.ShouldBe("spec");
    }

    private static ServiceSpec RoundTrip(ServiceSpec spec)
    {
        var problems = new FieldProblems();
        var read = ServiceSpecMap.Read(Proto.ServiceSpec.Parser.ParseFrom(Google.Protobuf.MessageExtensions.ToByteArray(ServiceSpecMap.Write(spec))), problems);
        problems.ThrowIfAny("the spec");
        return read;
    }
}
