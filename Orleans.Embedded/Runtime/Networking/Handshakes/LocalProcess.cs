namespace Orleans.Runtime.Networking;

/// <summary>What this process says about itself to others.</summary>
/// <param name="Peer">Its name for this run.</param>
/// <param name="ClusterId">The cluster it belongs to; others are refused.</param>
/// <param name="ServiceId">The service it belongs to; others are refused.</param>
/// <param name="SoftwareVersion">For logs.</param>
internal sealed record LocalProcess(PeerId Peer, string ClusterId, string ServiceId, string SoftwareVersion);
