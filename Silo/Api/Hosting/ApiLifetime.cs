namespace Warren.Silo.Api.Hosting;

/// <summary>Tells calls that last that the API ends.</summary>
internal sealed class ApiLifetime : IDisposable
{
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Cancelled when it ends.</summary>
    public CancellationToken Stopping => _stopping.Token;

    /// <summary>Ends it.</summary>
    public Task StopAsync() => _stopping.CancelAsync();

    /// <inheritdoc/>
    public void Dispose() => _stopping.Dispose();
}
