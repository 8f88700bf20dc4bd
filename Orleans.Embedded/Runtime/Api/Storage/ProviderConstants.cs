namespace Orleans.Providers;

/// <summary>Names that providers are registered by.</summary>
public static class ProviderConstants
{
    public const string DEFAULT_STORAGE_PROVIDER_NAME = "Default";
}
