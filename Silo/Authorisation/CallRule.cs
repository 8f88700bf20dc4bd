using Warren.Security;

namespace Warren.Silo.Authorisation;

/// <summary>A call that the holders of certificates of a role may make, at the grain whose key is the name in their certificate.</summary>
/// <param name="Role">The role.</param>
/// <param name="Interface">The interface.</param>
/// <param name="Method">The method.</param>
/// <param name="GrainType">The type of the grain.</param>
internal sealed record CallRule(CertificateRole Role, Type Interface, string Method, string GrainType);
