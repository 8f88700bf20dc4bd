using Warren.Images.Formats;

namespace Warren.Agent.Images.Containerd;

/// <summary>An image whose parts are all here, unpacked and labelled, and that still has no name.</summary>
/// <param name="Target">The index, or the manifest when there is none.</param>
/// <param name="Unnamed">What is known of it.</param>
internal sealed record AssembledImage(Descriptor Target, Image Unnamed);
