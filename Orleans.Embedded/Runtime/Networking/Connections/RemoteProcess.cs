using System.Security.Cryptography.X509Certificates;

namespace Orleans.Runtime.Networking;

/// <summary>Who is at the other end of a connection.</summary>
/// <param name="Peer">Its name.</param>
/// <param name="Protocol">The protocol version agreed on.</param>
/// <param name="SoftwareVersion">For logs.</param>
/// <param name="Certificate">Who it proved to be; null without TLS or certificate.</param>
/// <param name="Attempt">Which attempt of the side that dialled this is; see <see cref="Hello.Attempt"/>.</param>
internal sealed record RemoteProcess(PeerId Peer, int Protocol, string SoftwareVersion, X509Certificate2? Certificate, long Attempt);
