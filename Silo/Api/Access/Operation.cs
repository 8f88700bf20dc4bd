using System.Collections.Immutable;
using Warren.Access;

namespace Warren.Silo.Api.Access;

/// <summary>A call of the API: who may make it, how it is audited, and how it is reached over REST.</summary>
/// <param name="Api">The service in <c>proto/warren/v1</c>.</param>
/// <param name="Method">The call.</param>
/// <param name="Role">The least role that may make it.</param>
internal sealed record Operation(string Api, string Method, ApiRole Role)
{
    /// <summary>Its path on the wire.</summary>
    public string Path => $"/warren.v1.{Api}/{Method}";

    /// <summary>
    /// What it changes, with fields of the request in braces: <c>service {spec.name}</c>; empty: the cluster. Null: it changes nothing, so that it is not audited.
    /// </summary>
    public string? Target { get; init; }

    /// <summary>Fields of the request that the audit log shows, none of which is ever confidential. Default: none.</summary>
    public ImmutableArray<string> Detail { get; init; } = [];

    /// <summary>How it is reached over REST. Default: not at all, which <see cref="WithoutRoute"/> explains.</summary>
    public ImmutableArray<RestRoute> Routes { get; init; } = [];

    /// <summary>Why it has no route, for the documentation. Default: it has one.</summary>
    public string? WithoutRoute { get; init; }

    /// <summary>Where its answer has the version of the object, which REST shows as ETag; of a stream the cursor of each item. Default: nowhere.</summary>
    public string? Version { get; init; }

    /// <summary>What it does, in a few words, for the OpenAPI document.</summary>
    public required string Summary { get; init; }
}
