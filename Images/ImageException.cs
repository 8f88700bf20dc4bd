namespace Warren.Images;

/// <summary>An image was not got, loaded or removed.</summary>
public sealed class ImageException : Exception
{
    /// <summary>Says which image, what the registry or runtime said, and what to do.</summary>
    public ImageException(ImageFault fault, string message, Exception? innerException = null)
        : base(message, innerException) => Fault = fault;

    /// <summary>The kind of failure.</summary>
    public ImageFault Fault { get; }
}
