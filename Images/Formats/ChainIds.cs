using System.Collections.Immutable;
using System.Text;

namespace Warren.Images.Formats;

/// <summary>Chain ids (OCI image specification, "Layer ChainID"): the name of a stack of layers.</summary>
internal static class ChainIds
{
    /// <summary>The chain id after each layer, the lowest first.</summary>
    public static ImmutableArray<string> Of(ImmutableArray<string> diffIds)
    {
        var chain = ImmutableArray.CreateBuilder<string>(diffIds.Length);
        foreach (var layer in diffIds)
            chain.Add(chain.Count == 0 ? layer : Digests.Of(Encoding.ASCII.GetBytes($"{chain[^1]} {layer}")));
        return chain.MoveToImmutable();
    }
}
