using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Warren.Silo.Api.Hosting;

/// <summary>
/// Serves the API. The sockets are open from the start; the web server behind them, which takes a tenth of the manager's memory, is started by the first
/// connection, so that a manager that nobody asks pays nothing for it.
/// </summary>
internal sealed partial class ApiServer(ApiSettings settings, IServiceProvider services, TimeProvider time, ILogger<ApiServer> log) : IHostedService, IDisposable
{
    // Whoever reads a stream is told at once that it ends; what is left then is cut off.
    private static readonly TimeSpan s_stopLimit = TimeSpan.FromSeconds(5), s_pause = TimeSpan.FromMilliseconds(250);

    private readonly ApiLifetime _lifetime = new();
    private readonly SemaphoreSlim _starting = new(1);
    private readonly List<Socket> _sockets = [];
    private readonly List<Task> _loops = [];
    private HandedConnections? _connections;
    private WebApplication? _application;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        Serve(ListeningSockets.Open(settings.SocketPath), new UnixDomainSocketEndPoint(settings.SocketPath));
        if (settings.Certificates is null)
        {
            LogSocketOnly(settings.SocketPath);
            return Task.CompletedTask;
        }

        Serve(ListeningSockets.Open(settings.Endpoint, "--api-port"), settings.Endpoint);
        Serve(ListeningSockets.Open(settings.RestEndpoint, "--rest-port"), settings.RestEndpoint);
        LogServed(settings.SocketPath, settings.Endpoint, settings.RestEndpoint);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _lifetime.StopAsync();
        foreach (var socket in _sockets) socket.Dispose();
        if (_sockets.Count > 0) File.Delete(settings.SocketPath);
        await Task.WhenAll(_loops);
        if (_application is not { } application) return;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var timer = new CancellationTokenSource(s_stopLimit, time);
        using var registration = timer.Token.Register(limit.Cancel);
        await application.StopAsync(limit.Token);
        await application.DisposeAsync();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var socket in _sockets) socket.Dispose();
        _connections?.Dispose();
        _starting.Dispose();
        _lifetime.Dispose();
    }

    private void Serve(Socket socket, EndPoint endpoint)
    {
        _sockets.Add(socket);
        _loops.Add(AcceptAsync(socket, endpoint));
    }

    private async Task AcceptAsync(Socket listening, EndPoint endpoint)
    {
        while (!_lifetime.Stopping.IsCancellationRequested)
        {
            Socket? accepted = null;
            try
            {
                accepted = await listening.AcceptAsync(_lifetime.Stopping);
                if (endpoint is IPEndPoint) accepted.NoDelay = true;
                var connections = await StartedAsync();
                await connections.HandAsync(endpoint, accepted, _lifetime.Stopping);
            }
            catch (Exception failure)
            {
                accepted?.Dispose();
                if (_lifetime.Stopping.IsCancellationRequested) return;
                LogNotAccepted(failure, endpoint);
                await Pause();
            }
        }
    }

    private async Task<HandedConnections> StartedAsync()
    {
        if (Volatile.Read(ref _application) is not null) return _connections!;
        await _starting.WaitAsync(_lifetime.Stopping);
        try
        {
            if (_application is not null) return _connections!;
            var connections = new HandedConnections(services.GetRequiredService<ILoggerFactory>());
            var application = ApiApplication.Build(settings, services, connections, _lifetime);
            try
            {
                await application.StartAsync(_lifetime.Stopping);
            }
            catch
            {
                await application.DisposeAsync();
                connections.Dispose();
                throw;
            }

            _connections = connections;
            Volatile.Write(ref _application, application);
            return connections;
        }
        finally
        {
            _starting.Release();
        }
    }

    private async Task Pause()
    {
        try
        {
            await Task.Delay(s_pause, time, _lifetime.Stopping);
        }
        catch (OperationCanceledException)
        {
            // The loop ends.
        }
    }
}
