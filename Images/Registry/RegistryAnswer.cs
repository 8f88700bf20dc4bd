namespace Warren.Images.Registry;

/// <summary>An answer whose body is still to be read.</summary>
/// <param name="Response">The answer.</param>
/// <param name="IsForeign">Whether it came from another host than the registry.</param>
internal sealed record RegistryAnswer(HttpResponseMessage Response, bool IsForeign) : IDisposable
{
    public void Dispose() => Response.Dispose();
}
