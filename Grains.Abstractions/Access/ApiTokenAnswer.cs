namespace Warren.Access;

/// <summary>Whether a token is good.</summary>
[GenerateSerializer, Alias("warren.api-token-answer"), Immutable]
public sealed record ApiTokenAnswer
{
    /// <summary>The token; null: it is refused.</summary>
    [Id(0)]
    public ApiTokenRecord? Token { get; init; }

    /// <summary>Why it is refused, for its holder; empty: it is good.</summary>
    [Id(1)]
    public string Refusal { get; init; } = "";
}
