namespace Warren.Agent.Images;

/// <summary>How far a pull has come.</summary>
/// <param name="Phase">What is being done.</param>
/// <param name="LayersDone">Layers that are here and, when unpacking, unpacked.</param>
/// <param name="LayersTotal">All layers; 0 until the manifest is known.</param>
/// <param name="BytesDone">Bytes of blobs that are here.</param>
/// <param name="BytesTotal">Bytes of all blobs; 0 until the manifest is known.</param>
/// <param name="Note">A retry and its reason, or empty.</param>
public sealed record PullProgress(PullPhase Phase, int LayersDone, int LayersTotal, long BytesDone, long BytesTotal, string Note = "");
