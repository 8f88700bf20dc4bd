namespace Warren.Images;

/// <summary>A name and a password, or a token, for one registry. Prints without its secret.</summary>
/// <param name="Username">The name; with <paramref name="IsIdentityToken"/> it may be empty.</param>
/// <param name="Password">The password, or the token.</param>
/// <param name="IsIdentityToken">Whether the password is an OAuth2 refresh token of the registry's token service.</param>
public sealed record RegistryCredentials(string Username, string Password, bool IsIdentityToken = false)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Username}:***";
}
