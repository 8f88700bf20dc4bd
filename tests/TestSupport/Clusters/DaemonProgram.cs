using System.Reflection;

namespace Warren.TestSupport.Clusters;

/// <summary>Warren's daemon, as the build left it.</summary>
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
        var path = System.IO.Path.Combine(folder.FullName, "Daemon", "bin", configuration, "net10.0", "warrend");
        return File.Exists(path) ? path : throw new FileNotFoundException($"{path} is not there; build Daemon/Daemon.csproj first.");
    }
}
