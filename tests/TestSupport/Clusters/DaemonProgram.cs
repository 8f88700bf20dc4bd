using System.Reflection;
using System.Runtime.InteropServices;

namespace Warren.TestSupport.Clusters;

/// <summary>Warren's daemon, as the build left it: published where it was.</summary>
public static class DaemonProgram
{
    /// <summary>The path of <c>warrend</c>.</summary>
    /// <exception cref="FileNotFoundException">It was not built.</exception>
    public static string Path { get; } = Find();

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(System.IO.Path.Combine(folder.FullName, "Warren.sln"))) folder = folder.Parent;
        if (folder is null) throw new FileNotFoundException($"{AppContext.BaseDirectory} lies in no checkout of Warren.");
        var configuration = typeof(DaemonProgram).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;
        var built = System.IO.Path.Combine(folder.FullName, "Daemon", "bin", configuration, "net10.0", RuntimeInformation.RuntimeIdentifier);
        // A Release build publishes it too, compiled ahead of time as it is delivered.
        var published = System.IO.Path.Combine(built, "publish", "warrend");
        var path = File.Exists(published) ? published : System.IO.Path.Combine(built, "warrend");
        return File.Exists(path) ? path : throw new FileNotFoundException($"{path} is not there; build Daemon/Daemon.csproj first.");
    }
}
