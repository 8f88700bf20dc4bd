namespace Warren.Agent.Containers.Tests.Images;

/// <summary>Tests that share a containerd and a registry, one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class ImagesCollection : ICollectionFixture<ImagesFixture>
{
    public const string Name = "images";
}
