namespace Orleans.Runtime.Networking;

/// <summary>What a <see cref="ConnectionWriter"/> reports. Called without the gate.</summary>
internal interface IConnectionWriterOwner
{
    /// <summary>All that was appended has been written. More may have been appended since.</summary>
    void OnWriterIdle();

    /// <summary>Nothing can be written any more.</summary>
    void OnWriteFailed(Exception exception);
}
