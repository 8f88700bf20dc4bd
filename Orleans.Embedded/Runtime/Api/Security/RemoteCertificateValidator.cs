using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Orleans.Connections.Security;

/// <summary>Decides whether the other side's certificate is good.</summary>
/// <param name="certificate">The certificate.</param>
/// <param name="chain">The chain that was built for it.</param>
/// <param name="policyErrors">What the platform found wrong with it.</param>
public delegate bool RemoteCertificateValidator(X509Certificate2 certificate, X509Chain? chain, SslPolicyErrors policyErrors);
