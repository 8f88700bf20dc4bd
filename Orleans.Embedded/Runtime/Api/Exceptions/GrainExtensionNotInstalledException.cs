namespace Orleans.Runtime;

/// <summary>The grain does not implement the interface that was called on it.</summary>
[GenerateSerializer]
public sealed class GrainExtensionNotInstalledException : OrleansException
{
    public GrainExtensionNotInstalledException()
    {
    }

    public GrainExtensionNotInstalledException(string message)
        : base(message)
    {
    }

    public GrainExtensionNotInstalledException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
