namespace Warren.TestSupport.Containers;

/// <summary>Who may use a private registry.</summary>
public enum RegistryAccess
{
    /// <summary>Who knows <see cref="PrivateRegistry.User"/> and <see cref="PrivateRegistry.Password"/>, by basic authentication.</summary>
    Basic = 0,

    /// <summary>Everybody.</summary>
    Open = 1,

    /// <summary>Who brings a token of a token service.</summary>
    Token = 2,
}
