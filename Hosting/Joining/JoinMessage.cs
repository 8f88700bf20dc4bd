namespace Warren.Hosting.Joining;

/// <summary>
/// What the two sides say to each other, in this order: the manager its authority; the machine token, node, role and signing request; the manager certificate or
/// refusal, and for a manager the data key. Fields that one does not know are passed over.
/// </summary>
internal sealed record JoinMessage
{
    /// <summary>The certificate of the authority that has issued the manager's, as PEM; of the answer all that are trusted.</summary>
    public string? Authority { get; init; }

    /// <summary>The digests of authorities that the cluster had before; for a clear reason alone, since nothing proves it.</summary>
    public string[]? Former { get; init; }

    /// <summary>The digests of authorities whose certificate this manager does not show yet, or no more; as little proved.</summary>
    public string[]? Others { get; init; }

    /// <summary>The join token.</summary>
    public string? Token { get; init; }

    /// <summary>The node id.</summary>
    public string? Node { get; init; }

    /// <summary>What it joins as: worker or manager.</summary>
    public string? Role { get; init; }

    /// <summary>The signing request.</summary>
    public byte[]? Request { get; init; }

    /// <summary>The node's certificate as PEM.</summary>
    public string? Certificate { get; init; }

    /// <summary>The key of the key file; for managers alone.</summary>
    public byte[]? DataKey { get; init; }

    /// <summary>Why it may not join.</summary>
    public string? Refusal { get; init; }

    /// <summary>With a refusal: whether the node was removed from the cluster.</summary>
    public bool IsNodeRemoved { get; init; }

    /// <summary>Shows nothing of it.</summary>
    public override string ToString() => nameof(JoinMessage);
}
