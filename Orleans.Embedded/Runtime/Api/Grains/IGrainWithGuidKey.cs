namespace Orleans;

/// <summary>A grain named by a <see cref="Guid"/>.</summary>
public interface IGrainWithGuidKey : IGrain;
