namespace Warren.Agent.Network.Netlink;

/// <summary>A message of a batch.</summary>
/// <param name="Offset">Where it begins.</param>
/// <param name="What">What it does, as the object of "could not".</param>
/// <param name="IsAnswered">Whether the kernel acknowledges it.</param>
/// <param name="Tolerated">Errors that mean that nothing is left to do.</param>
internal sealed record BatchedRequest(int Offset, string What, bool IsAnswered, int[] Tolerated);
