using System.Diagnostics.Metrics;
using Grpc.Core;

namespace Warren.Silo.Api.Access;

/// <summary>What the API measures of itself.</summary>
internal sealed class ApiMeters : IDisposable
{
    /// <summary>The name of the meter, by which it is found.</summary>
    public const string Name = "Warren.Api";

    private readonly Meter _meter = new(Name);
    private readonly Counter<long> _requests;
    private readonly Histogram<double> _seconds;

    public ApiMeters()
    {
        _requests = _meter.CreateCounter<long>("warren.api.requests", "{request}", "Calls of the API by whatever way, by method and status");
        _seconds = _meter.CreateHistogram<double>("warren.api.request_duration", "s", "How long calls took, but for streams");
    }

    /// <summary>Counts a call.</summary>
    /// <param name="path">Its path on the wire.</param>
    /// <param name="code">Its status.</param>
    /// <param name="took">How long it took; null: it is a stream, which takes as long as its reader wants.</param>
    public void Called(string path, StatusCode code, TimeSpan? took)
    {
        // What callers make up is no label.
        var method = new KeyValuePair<string, object?>("method", Operations.Of(path) is { } known ? $"{known.Api}/{known.Method}" : "unknown");
        _requests.Add(1, method, new("code", code.ToString()));
        if (took is { } time) _seconds.Record(time.TotalSeconds, method);
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();
}
