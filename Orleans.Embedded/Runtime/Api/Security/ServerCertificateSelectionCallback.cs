using System.Security.Cryptography.X509Certificates;

namespace Orleans.Connections.Security;

/// <summary>Chooses the certificate that the side that was dialled shows.</summary>
public delegate X509Certificate ServerCertificateSelectionCallback(object sender, string? hostName);
