using System.Reflection;
using System.Runtime.InteropServices;

namespace Warren.TestSupport.Clusters;

/// <summary>Finds a program of this checkout, as the build left it.</summary>
public static class BuiltProgram
{
    /// <summary>The path of a program.</summary>
    /// <param name="project">The folder of its project, which is its file's name too.</param>
    /// <param name="name">The program's name.</param>
    /// <param name="isPublished">Whether a Release build publishes it too, compiled ahead of time as it is delivered; then that one is meant.</param>
    /// <exception cref="FileNotFoundException">It was not built.</exception>
    public static string Find(string project, string name, bool isPublished)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Warren.sln"))) folder = folder.Parent;
        if (folder is null) throw new FileNotFoundException($"{AppContext.BaseDirectory} lies in no checkout of Warren.");
        var configuration = typeof(BuiltProgram).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;
        var portable = Path.Combine(folder.FullName, project, "bin", configuration, "net10.0");
        var built = Path.Combine(portable, RuntimeInformation.RuntimeIdentifier);
        if (!Directory.Exists(built)) built = portable;
        var published = Path.Combine(built, "publish", name);
        var path = isPublished && File.Exists(published) ? published : Path.Combine(built, name);
        return File.Exists(path) ? path : throw new FileNotFoundException($"{path} is not there; build the project in {project}/ first.");
    }
}
