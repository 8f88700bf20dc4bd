using Microsoft.Extensions.Hosting;

namespace Orleans.TestingHost;

/// <summary>The client of a test cluster.</summary>
internal sealed class TestClient : IAsyncDisposable
{
    private readonly IHost _host;

    private TestClient(IHost host) => _host = host;

    public IServiceProvider Services => _host.Services;

    public static async Task<TestClient> StartAsync(IHost host)
    {
        try
        {
            await host.StartAsync();
            return new TestClient(host);
        }
        catch
        {
            await host.DisposeFullyAsync();
            throw;
        }
    }

    public async Task StopAsync()
    {
        try
        {
            await _host.StopAsync();
        }
        finally
        {
            await DisposeAsync();
        }
    }

    /// <summary>Clears it away without stopping it.</summary>
    public ValueTask DisposeAsync() => _host.DisposeFullyAsync();
}
