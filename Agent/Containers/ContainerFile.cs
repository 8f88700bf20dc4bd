namespace Warren.Agent.Containers;

/// <summary>A file that a container gets from the control plane: a secret or a config.</summary>
/// <param name="Target">Absolute path in the container.</param>
/// <param name="Content">Its bytes. Never shown, neither in logs nor in messages.</param>
/// <param name="Mode">Its permission bits, 0 to 0777.</param>
/// <param name="Uid">The number of its owner.</param>
/// <param name="Gid">The number of its group.</param>
public sealed record ContainerFile(string Target, ReadOnlyMemory<byte> Content, int Mode, int Uid, int Gid)
{
    /// <summary>The path alone.</summary>
    public override string ToString() => Target;
}
