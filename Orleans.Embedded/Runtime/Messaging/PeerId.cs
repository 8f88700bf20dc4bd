namespace Orleans.Runtime;

/// <summary>A process at the other end of a connection: one life of a silo, or one run of a client.</summary>
/// <param name="Silo">The silo; null for a client.</param>
/// <param name="Client">The client's id; default for a silo.</param>
internal readonly record struct PeerId(SiloAddress? Silo, Guid Client)
{
    public static PeerId OfSilo(SiloAddress silo) => new(silo, default);

    public static PeerId OfClient(Guid client) => new(null, client);

    public bool IsClient => Silo is null;

    public override string ToString() => Silo is null ? $"client {Client:N}" : Silo.ToString();
}
