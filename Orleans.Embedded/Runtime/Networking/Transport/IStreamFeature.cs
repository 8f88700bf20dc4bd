namespace Orleans.Runtime.Networking;

/// <summary>
/// A feature of connections that are streams at heart. TLS and frames then work on the stream itself, without a pipe between that would
/// cost a copy and a change of thread in each direction.
/// </summary>
internal interface IStreamFeature
{
    Stream Stream { get; }
}
