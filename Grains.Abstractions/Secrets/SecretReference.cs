namespace Warren.Secrets;

/// <summary>A secret as a task gets it: a file.</summary>
[GenerateSerializer, Alias("warren.secret-reference"), Immutable]
public sealed record SecretReference
{
    /// <summary>The secret, which must exist.</summary>
    [Id(0)]
    public required SecretName Secret { get; init; }

    /// <summary>Absolute path of the file in the container. Default: <c>/run/secrets/NAME</c>.</summary>
    [Id(1)]
    public string? Target { get; init; }

    /// <summary>Permission bits, 0 to 0777. Default: 0400.</summary>
    [Id(2)]
    public int Mode { get; init; } = Convert.ToInt32("400", 8);

    /// <summary>The number of the owner. Default: 0.</summary>
    [Id(3)]
    public int Uid { get; init; }

    /// <summary>The number of the group. Default: 0.</summary>
    [Id(4)]
    public int Gid { get; init; }

    /// <summary>What a new version means to running tasks. Default: <see cref="ReferencePolicy.Keep"/>.</summary>
    [Id(5)]
    public ReferencePolicy OnChange { get; init; }

    /// <summary>
    /// Name or number of a signal for the container's first process after its file was replaced; only with
    /// <see cref="ReferencePolicy.InPlace"/>. Default: none.
    /// </summary>
    [Id(6)]
    public string? Signal { get; init; }
}
