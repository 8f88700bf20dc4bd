namespace Warren.Agent.Network.Netlink;

/// <summary>The kernel refused a request.</summary>
/// <param name="error">Its error number.</param>
/// <param name="what">What was asked, as the object of "could not".</param>
/// <param name="explanation">What the kernel says beyond the number, if anything.</param>
internal sealed class NetlinkException(int error, string what, string? explanation)
    : Exception($"could not {what}: {Libc.Describe(error)}{(string.IsNullOrEmpty(explanation) ? "" : $": {explanation}")}")
{
    public int Error { get; } = error;

    public NetworkException AsNetworkException() => new(NetworkFault.Failed, Message, this);
}
