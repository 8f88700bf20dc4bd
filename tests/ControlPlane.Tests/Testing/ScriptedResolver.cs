using System.Collections.Concurrent;
using Warren.Containers;
using Warren.Grains.Images;
using Warren.Nodes;

namespace Warren.ControlPlane.Tests.Testing;

/// <summary>Registries as the test says: by default there are none, and each tag is looked up as often as it is asked for.</summary>
internal sealed class ScriptedResolver : IImageResolver
{
    /// <summary>Answers.</summary>
    public Func<ImageReference, Task<ImageAnswer>> Answer { get; set; } = reference => Task.FromResult(ImageAnswer.Failed($"no registry {reference.Registry}"));

    /// <summary>What was asked, in order.</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    public TimeSpan WaitLimit { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>An image with a digest of this digit alone.</summary>
    public static ImageAnswer Found(ImageReference reference, char digit, params string[] platforms) => ImageAnswer.Found(
        new() { Reference = DigestOf(reference, digit), Platforms = [.. platforms.Select(text => Platform.Parse(text))] });

    public static string DigestOf(ImageReference reference, char digit) => reference.WithDigest("sha256:" + new string(digit, 64)).ToString();

    public Task<ImageAnswer> ResolveAsync(ImageReference reference)
    {
        Asked.Enqueue(reference.ToString());
        return Answer(reference);
    }
}
