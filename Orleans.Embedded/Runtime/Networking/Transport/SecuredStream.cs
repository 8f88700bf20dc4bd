using System.Security.Cryptography.X509Certificates;

namespace Orleans.Runtime.Networking;

/// <param name="Stream">What is written to it arrives unread and unchanged.</param>
/// <param name="RemoteCertificate">Who the other side has proved to be; null when it proved nothing.</param>
internal readonly record struct SecuredStream(Stream Stream, X509Certificate2? RemoteCertificate);
