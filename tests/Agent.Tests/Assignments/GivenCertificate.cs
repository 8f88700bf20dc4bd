using System.Security.Cryptography.X509Certificates;
using Warren.Security;

namespace Warren.Agent.Tests.Assignments;

/// <summary>An identity that the test sets.</summary>
internal sealed class GivenCertificate(X509Certificate2 own) : ICertificateProvider
{
    public X509Certificate2 Own { get; set; } = own;

    public bool IsTrusted(X509Certificate2 certificate) => false;
}
