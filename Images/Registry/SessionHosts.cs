namespace Warren.Images.Registry;

/// <summary>What may go where.</summary>
internal static class SessionHosts
{
    /// <summary>Whether two addresses are of one server, so that what one may see the other may.</summary>
    public static bool AreSame(Uri one, Uri other) =>
        one.Scheme == other.Scheme && one.Port == other.Port && string.Equals(one.IdnHost, other.IdnHost, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a registry may send us there: by TLS, or by plain HTTP when the registry itself is used so.</summary>
    public static bool MayCall(Uri target, RegistryEndpoint endpoint) =>
        target.Scheme == Uri.UriSchemeHttps
        || (target.Scheme == Uri.UriSchemeHttp && endpoint.Settings.Security == RegistrySecurity.PlainHttp);
}
