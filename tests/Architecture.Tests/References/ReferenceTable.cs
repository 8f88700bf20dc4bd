namespace Warren.Architecture.Tests.References;

/// <summary>
/// Which project may refer to which, by folder: the arrows of docs/architecture.md. A row is the whole truth about its project, so
/// a new reference is a new word here, and a reviewer sees it.
/// </summary>
internal static class ReferenceTable
{
    /// <summary>The public API of Orleans: the embedded engine or the official packages, through Orleans.props.</summary>
    public const string Orleans = "Orleans API";

    /// <summary><see cref="Orleans"/> and its in-process test cluster.</summary>
    public const string OrleansTesting = "Orleans API for tests";

    /// <summary>gRPC, through proto/Grpc.props.</summary>
    public const string Grpc = "gRPC";

    public static IReadOnlyDictionary<string, string[]> Arrows { get; } = new Dictionary<string, string[]>
    {
        ["Grains.Abstractions"] = [Orleans],
        ["Grains"] = ["Grains.Abstractions", Orleans],
        ["Hosting"] = ["Grains.Abstractions", Orleans],
        ["Images"] = ["Grains.Abstractions", Orleans],
        ["Silo"] = ["Grains", "Hosting", "Images", Orleans, Grpc],
        ["Agent"] = ["Grains.Abstractions", "Hosting", "Images", Orleans, Grpc],
        ["Ingress"] = ["Grains.Abstractions", Orleans],
        ["Client"] = [Grpc],
        ["Client/Example"] = ["Client"],
        ["Cli"] = [Grpc],
        ["Daemon"] = ["Silo", "Agent", "Ingress"],

        ["Orleans.Embedded/Runtime"] = ["Orleans.Embedded/CodeGenerator"],
        ["Orleans.Embedded/CodeGenerator"] = [],
        ["Orleans.Embedded/TestingHost"] = ["Orleans.Embedded/Runtime"],

        ["tests/Agent.Containers.Tests"] = ["Agent", "tests/TestSupport"],
        ["tests/Agent.Tests"] = ["Agent", "Grains", "tests/TestSupport", Orleans],
        ["tests/Api.Tests"] = ["Silo", "tests/TestSupport", Orleans, Grpc],
        ["tests/Architecture.Tests"] = [],
        ["tests/Autonomy.Tests"] = ["Daemon", "Grains.Abstractions", "benchmarks/Harness", "tests/TestSupport", Orleans],
        ["tests/Cli.Tests"] = ["Cli", "tests/Api.Tests", "tests/TestSupport", Grpc],
        ["tests/Conformance"] = [OrleansTesting],
        ["tests/Contracts.Tests"] = ["Grains.Abstractions", Orleans],
        ["tests/ControlPlane.Tests"] = ["Silo", "tests/TestSupport", OrleansTesting],
        ["tests/Disobedience"] = [],
        ["tests/EndToEnd.Tests"] = ["Client", "Client/Example", "Daemon", "Grains.Abstractions", "benchmarks/Harness", "demo", "tests/TestSupport", Orleans],
        ["tests/Grains.Tests"] = ["Grains", Orleans],
        ["tests/Hosting.Tests"] = ["Hosting", "tests/TestSupport"],
        ["tests/Images.Tests"] = ["Images", "tests/TestSupport", Orleans],
        ["tests/Orleans.Embedded.CodeGenerator.Tests"] = ["Orleans.Embedded/CodeGenerator", "Orleans.Embedded/Runtime"],
        ["tests/Orleans.Embedded.Tests"] = ["tests/Conformance", OrleansTesting],
        ["tests/Silo.Tests"] = ["Hosting", "Silo", "tests/Conformance", "tests/TestSupport", OrleansTesting],
        ["tests/TestSupport"] = [],
        ["tests/Trust.Tests"] = ["Cli", "Daemon", "Grains.Abstractions", "benchmarks/Harness", "tests/Disobedience", "tests/TestSupport", Orleans],

        ["benchmarks"] = ["Agent", "Client", "Daemon", "benchmarks/Harness", "Silo", "tests/TestSupport", Orleans],
        ["benchmarks/Harness"] = ["Grains.Abstractions", "Hosting", "Silo", "tests/TestSupport", Orleans],
        ["demo"] = ["benchmarks/Harness", "Cli", "Daemon", "tests/TestSupport", Orleans],
        ["tests/Harness.Tests"] = ["benchmarks/Harness", "tests/TestSupport", Orleans],
    };

    /// <summary>Projects that hold contracts and decisions: no package and no framework but the base one.</summary>
    public static IReadOnlyList<string> WithoutPackages { get; } = ["Grains.Abstractions", "Grains"];

    /// <summary>The projects behind an arrow that a props file makes; the official Orleans packages have none.</summary>
    public static IReadOnlyList<string> ProjectsOf(string arrow, bool officialPackages) => (arrow, officialPackages) switch
    {
        (Orleans, false) => ["Orleans.Embedded/Runtime", "Orleans.Embedded/CodeGenerator"],
        (OrleansTesting, false) => ["Orleans.Embedded/Runtime", "Orleans.Embedded/CodeGenerator", "Orleans.Embedded/TestingHost"],
        (Orleans or OrleansTesting, true) => [],
        (Grpc, _) => [],
        _ => [arrow],
    };
}
