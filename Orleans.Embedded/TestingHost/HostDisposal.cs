using Microsoft.Extensions.Hosting;

namespace Orleans.TestingHost;

internal static class HostDisposal
{
    /// <summary>Disposes a host whose services may be asynchronously disposable only.</summary>
    public static async ValueTask DisposeFullyAsync(this IHost host)
    {
        if (host is IAsyncDisposable disposable) await disposable.DisposeAsync();
        else host.Dispose();
    }
}
