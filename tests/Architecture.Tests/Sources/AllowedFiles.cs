namespace Warren.Architecture.Tests.Sources;

/// <summary>
/// The adapters to the real clock, to chance and to blocking interfaces. Short on purpose; an entry that nothing needs fails the tests.
/// </summary>
internal static class AllowedFiles
{
    public static IReadOnlyList<AllowedFile> All { get; } =
    [
        new("Orleans.Embedded/Runtime/Api/Identity/ActivationId.cs", Ban.NewGuid, "no two activations ever share a name"),
        new("Orleans.Embedded/Runtime/Calls/CallIds.cs", Ban.NewGuid, "call chains, enumerations and clients are told apart in the whole cluster"),
        new("Silo/Stores/DedicatedThreadScheduler.cs", Ban.Blocking, "a thread of its own, made to block, waits for work"),
    ];

    /// <summary>Findings that no entry allows, and entries that allow nothing.</summary>
    public static IEnumerable<string> Apply(IReadOnlyCollection<AllowedFile> allowed, IReadOnlyCollection<Finding> findings)
    {
        var held = findings.Where(finding => Bans.HoldsIn(finding.Ban, finding.File)).ToArray();
        var left = held.Where(finding => !allowed.Any(entry => entry.File == finding.File && entry.Ban == finding.Ban));
        var unused = allowed.Where(entry => !held.Any(finding => finding.File == entry.File && finding.Ban == entry.Ban));
        return
        [
            .. left.Select(finding => finding.ToString()),
            .. unused.Select(entry => $"{entry.File}: {entry.Ban} is allowed in AllowedFiles.cs, and nothing there needs it"),
            .. allowed.Where(entry => entry.Reason.Length < 10).Select(entry => $"{entry.File}: {entry.Ban} is allowed without a reason"),
        ];
    }
}
