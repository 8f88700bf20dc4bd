namespace Orleans.Core;

/// <summary>A record in a store that a grain owns.</summary>
public interface IStorage
{
    /// <summary>The version of the record as last read or written; null when there is none.</summary>
    string? Etag { get; }

    bool RecordExists { get; }

    Task ClearStateAsync();

    Task ClearStateAsync(CancellationToken cancellationToken);

    Task WriteStateAsync();

    Task WriteStateAsync(CancellationToken cancellationToken);

    Task ReadStateAsync();

    Task ReadStateAsync(CancellationToken cancellationToken);
}
