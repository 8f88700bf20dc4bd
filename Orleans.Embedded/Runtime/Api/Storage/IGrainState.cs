namespace Orleans;

/// <summary>A state object on its way to or from a storage provider.</summary>
public interface IGrainState<T>
{
    T? State { get; set; }

    /// <summary>The version last read or written; null when there is no record.</summary>
    string? ETag { get; set; }

    bool RecordExists { get; set; }
}
