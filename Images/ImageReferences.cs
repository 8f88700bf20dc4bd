using Warren.Containers;

namespace Warren.Images;

/// <summary>Reads references where a wrong one is a failed image.</summary>
internal static class ImageReferences
{
    /// <summary>Reads a reference.</summary>
    /// <exception cref="ImageException"><see cref="ImageFault.InvalidReference"/>, naming the part and the rule.</exception>
    public static ImageReference Parse(string text)
    {
        try
        {
            return ImageReference.Parse(text);
        }
        catch (FormatException e)
        {
            throw new ImageException(ImageFault.InvalidReference, e.Message, e);
        }
    }
}
