using System.Collections.Immutable;

namespace Warren.Agent.Runtime.Oci;

/// <summary>As whom a process runs.</summary>
/// <param name="Uid">The user.</param>
/// <param name="Gid">The primary group.</param>
/// <param name="Groups">All groups, the primary one first.</param>
/// <param name="Home">The home folder; <c>/</c> if the image does not know the user.</param>
internal sealed record ImageUser(uint Uid, uint Gid, ImmutableArray<uint> Groups, string Home)
{
    public OciUser ToOci() => new() { Uid = Uid, Gid = Gid, AdditionalGids = Groups };
}
