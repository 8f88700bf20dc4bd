using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Warren.TestSupport.Processes;

namespace Warren.TestSupport.Containers;

/// <summary>The static program that tells from inside a container what it has; its source, <c>Probe/probe.c</c>, says how it is called.</summary>
public static class ProbeProgram
{
    /// <summary>Where <see cref="LayerAsync"/> puts it.</summary>
    public const string PathInContainer = "/probe";

    private static readonly Lazy<Task<string>> s_path = new(() => BuildAsync());

    /// <summary>Its path on this machine; compiled when this source was not compiled before.</summary>
    /// <exception cref="ChildFailedException">The compiler, Debian's packages gcc and libc6-dev, is missing or fails.</exception>
    public static Task<string> PathAsync() => s_path.Value;

    /// <summary>A layer with the program alone.</summary>
    public static async Task<TestLayer> LayerAsync() => new TestLayer().ProgramFrom(PathInContainer.TrimStart('/'), await PathAsync());

    private static async Task<string> BuildAsync([CallerFilePath] string thisFile = "")
    {
        var source = Path.Combine(Path.GetDirectoryName(thisFile)!, "..", "Probe", "probe.c");
        var version = Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(source)))[..16];
        var program = Path.Combine(Path.GetTempPath(), $"warren-probe-{version}");
        if (File.Exists(program)) return program;
        // Several test processes may do this at once; each moves a whole file to the same place.
        var own = $"{program}.{Environment.ProcessId}";
        await Tool.RunAsync("gcc", ["-static", "-Os", "-Wall", "-Wextra", "-Werror", "-pthread", "-s", "-o", own, source]);
        File.Move(own, program, overwrite: true);
        return program;
    }
}
