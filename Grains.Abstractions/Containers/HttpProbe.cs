using System.Collections.Immutable;

namespace Warren.Containers;

/// <summary>A check by HTTP GET. Redirects are not followed.</summary>
[GenerateSerializer, Alias("warren.http-probe"), Immutable]
public sealed record HttpProbe
{
    /// <summary>The container's port.</summary>
    [Id(0)]
    public required int Port { get; init; }

    /// <summary>Path and query, beginning with a slash. Default: <c>/</c>.</summary>
    [Id(1)]
    public string Path { get; init; } = "/";

    /// <summary>Request headers, <c>Host</c> included. Default: none.</summary>
    [Id(2)]
    public ImmutableSortedDictionary<string, string> Headers { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Whether it speaks TLS; the certificate is not checked then. Default: false.</summary>
    [Id(3)]
    public bool Https { get; init; }

    /// <summary>The lowest status that is health. Default: 200.</summary>
    [Id(4)]
    public int MinStatus { get; init; } = 200;

    /// <summary>The highest status that is health. Default: 399.</summary>
    [Id(5)]
    public int MaxStatus { get; init; } = 399;
}
