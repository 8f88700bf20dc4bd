using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace Orleans.Metadata;

/// <summary>
/// Finds the generated code of this process: that of all loaded assemblies, and of those that the entry assembly refers to, directly
/// or through others. An assembly that is loaded later is found when it is first missed. An executable of several roles that shall not load what its role
/// has no use for sets the <see cref="AppContext"/> switch <see cref="FollowEntry"/> to false first; its role's types are those of what is loaded then.
/// </summary>
internal static class TypeManifests
{
    /// <summary>Whether the references of the entry assembly are followed. Default: true.</summary>
    private const string FollowEntry = "Orleans.Metadata.FollowEntryAssembly";

    private static readonly string[] NoGrains = ["System.", "Microsoft.", "Npgsql", "Google.", "Grpc.", "SQLitePCLRaw."];

    private static readonly Lock Gate = new();
    private static readonly HashSet<Assembly> Visited = [];
    private static readonly HashSet<Type> Registered = [];
    private static readonly TypeManifestBuilder Builder = new();
    private static readonly string EngineName = typeof(TypeManifests).Assembly.GetName().Name!;

    private static TypeCatalog? s_catalog;
    private static ExceptionDispatchInfo? s_failure;
    private static bool s_isScanning;
    private static volatile int s_loads = 1;
    private static volatile int s_scannedLoads;

    static TypeManifests() => AppDomain.CurrentDomain.AssemblyLoad += static (_, _) => Interlocked.Increment(ref s_loads);

    /// <summary>The interfaces, methods and classes that are known by now; their codecs are in <see cref="Serialization.Codecs"/>.</summary>
    /// <exception cref="Runtime.OrleansConfigurationException">Two of them cannot be together in one process.</exception>
    public static TypeCatalog LoadAll()
    {
        EnsureLoaded();
        lock (Gate) return s_catalog!;
    }

    public static void EnsureLoaded()
    {
        if (s_scannedLoads == s_loads) return;
        lock (Gate)
        {
            // Registering may itself ask for codecs, on this thread; other threads wait until all is registered.
            if (s_isScanning) return;
            s_failure?.Throw();
            s_isScanning = true;
            try
            {
                ScanUntilNothingIsNew();
            }
            catch (Exception exception)
            {
                // What was registered halfway cannot be taken back, so the same error is reported each time.
                s_failure = ExceptionDispatchInfo.Capture(exception);
                throw;
            }
            finally
            {
                s_isScanning = false;
            }
        }
    }

    private static void ScanUntilNothingIsNew()
    {
        do
        {
            // Looking at assemblies may load more of them.
            var loads = s_loads;
            if (Scan() || s_catalog is null) s_catalog = Builder.Build();
            s_scannedLoads = loads;
        }
        while (s_scannedLoads != s_loads);
    }

    private static bool Scan()
    {
        var count = Registered.Count;
        foreach (var assembly in AppDomain.CurrentDomain.GetAssemblies()) Visit(assembly, follow: false);

        // Compiled ahead of time, all assemblies are there from the start and their references are not.
        var follows = !AppContext.TryGetSwitch(FollowEntry, out var isOn) || isOn;
        if (follows && RuntimeFeature.IsDynamicCodeSupported && Assembly.GetEntryAssembly() is { } entry) Visit(entry, follow: true);
        return Registered.Count != count;
    }

    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "References are followed only where code is compiled at run time and not trimmed.")]
    private static void Visit(Assembly assembly, bool follow)
    {
        if (!Visited.Add(assembly) && !follow) return;
        if (assembly.IsDynamic || HasNoGrains(assembly.GetName().Name)) return;
        foreach (var attribute in assembly.GetCustomAttributes<TypeManifestAttribute>()) Register(attribute.ManifestType);
        if (!RuntimeFeature.IsDynamicCodeSupported) return;

        var references = assembly.GetReferencedAssemblies();
        if (!follow && !Array.Exists(references, name => name.Name == EngineName)) return;
        foreach (var name in references)
        {
            if (!HasNoGrains(name.Name) && TryLoad(name) is { } reference && !Visited.Contains(reference)) Visit(reference, follow: false);
        }
    }

    private static void Register([DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] Type manifest)
    {
        if (!Registered.Add(manifest)) return;
        if (Activator.CreateInstance(manifest) is TypeManifest instance) instance.Register(Builder);
    }

    // The framework, and libraries that most programs here refer to and not all use: looking into one means to load it, which costs a megabyte or two.
    private static bool HasNoGrains(string? name) =>
        name is null or "mscorlib" or "netstandard" or "System" || Array.Exists(NoGrains, start => name.StartsWith(start, StringComparison.Ordinal));

    private static Assembly? TryLoad(AssemblyName name)
    {
        try
        {
            return Assembly.Load(name);
        }
        catch (Exception exception) when (exception is FileNotFoundException or FileLoadException or BadImageFormatException)
        {
            // An optional reference that was not deployed: nothing of it can be used, so it has nothing to register.
            return null;
        }
    }
}
