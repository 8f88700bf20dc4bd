namespace Warren.Architecture.Tests.Sources;

/// <summary>All C# files of the tree, parsed once for the tests that read them.</summary>
public sealed class ProjectSources
{
    internal SourceSet All { get; } = SourceSet.Of(Repository.FilesEndingIn(".cs").Select(file => (file, Repository.Read(file))));
}
