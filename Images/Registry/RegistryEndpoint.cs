using System.Collections.Immutable;
using Warren.Containers;

namespace Warren.Images.Registry;

/// <summary>One place where a repository can be got.</summary>
/// <param name="Host">Its name in files and messages.</param>
/// <param name="Address">Scheme, host and port.</param>
/// <param name="Repository">The repository there.</param>
/// <param name="Settings">How it is reached.</param>
/// <param name="IsMirror">Whether it only stands in for the registry that the image is named by.</param>
internal sealed record RegistryEndpoint(string Host, Uri Address, string Repository, RegistrySettings Settings, bool IsMirror)
{
    private const string DockerHubHost = "registry-1.docker.io";

    /// <summary>The places to ask for an image, in order; the last is the registry itself.</summary>
    public static ImmutableArray<RegistryEndpoint> For(ImageReference reference, RegistriesConfig config) =>
    [
        .. config.For(reference.Registry).Mirrors.Select(mirror =>
            Create(mirror.Host, mirror.Prefix + reference.Repository, config.For(mirror.Host), isMirror: true)),
        Create(reference.Registry, reference.Repository, config.For(reference.Registry), isMirror: false),
    ];

    public Uri ManifestUri(string tagOrDigest) => new(Address, $"/v2/{Repository}/manifests/{tagOrDigest}");

    public Uri BlobUri(string digest) => new(Address, $"/v2/{Repository}/blobs/{digest}");

    private static RegistryEndpoint Create(string host, string repository, RegistrySettings settings, bool isMirror)
    {
        var scheme = settings.Security == RegistrySecurity.PlainHttp ? "http" : "https";
        return new(host, new Uri($"{scheme}://{(host == RegistriesConfig.DockerHub ? DockerHubHost : host)}"), repository, settings, isMirror);
    }
}
