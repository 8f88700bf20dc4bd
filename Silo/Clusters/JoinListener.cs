using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Warren.Clusters;
using Warren.Hosting.Joining;
using Warren.Security;
using Warren.Silo.Secrets;

namespace Warren.Silo.Clusters;

/// <summary>
/// Takes the connections of machines that have no certificate yet, on a port of its own, on which nothing can be done but to join. At rest it waits for a
/// connection and nothing else.
/// </summary>
internal sealed partial class JoinListener(
    IPEndPoint endpoint, ICertificateProvider certificates, ClusterKeys keys, IGrainFactory grains, TimeProvider time, ILogger<JoinListener> logger)
    : BackgroundService
{
    /// <summary>More at once wait for their turn in the socket's queue.</summary>
    private const int Most = 32;

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(10), s_pause = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _turns = new(Most);
    private readonly TcpListener _listener = new(endpoint);

    /// <inheritdoc/>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            _listener.Start();
        }
        catch (SocketException failure)
        {
            throw new IOException($"--join-port: {endpoint} cannot be listened on: {failure.Message}", failure);
        }

        LogListening(endpoint);
        return base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _listener.Dispose();
        _turns.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var serving = new List<Task>();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await _turns.WaitAsync(stoppingToken);
                var connection = await AcceptAsync(stoppingToken);
                serving.RemoveAll(task => task.IsCompleted);
                serving.Add(ServeAsync(connection, stoppingToken));
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (SocketException failure)
            {
                LogNotAccepted(s_pause, failure.Message);
                await Task.Delay(s_pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        _listener.Stop();
        await Task.WhenAll(serving);
    }

    private async Task<TcpClient> AcceptAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _listener.AcceptTcpClientAsync(cancellationToken);
        }
        catch
        {
            _turns.Release();
            throw;
        }
    }

    private async Task ServeAsync(TcpClient connection, CancellationToken stoppingToken)
    {
        EndPoint? remote = null;
        try
        {
            using var limit = new CancellationTokenSource(s_limit, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stoppingToken);
            remote = connection.Client.RemoteEndPoint;
            var cluster = grains.GetGrain<IClusterGrain>(IClusterGrain.Key);
            var trust = await cluster.GetTrustAsync();
            if (trust.Version == 0) throw new InvalidDataException("the cluster is only being made");
            await JoinServer.ServeAsync(
                connection.GetStream(), certificates, trust, request => JoinAsync(cluster, request, remote), node => keys.HandOutAsync(node.Value, either.Token), either.Token);
        }
        catch (Exception failure) when (failure is IOException or AuthenticationException or InvalidDataException or OperationCanceledException or SocketException or OrleansException or TimeoutException)
        {
            if (!stoppingToken.IsCancellationRequested) LogFailed(remote, failure.Message);
        }
        finally
        {
            connection.Dispose();
            _turns.Release();
        }
    }

    private async Task<JoinAnswer> JoinAsync(IClusterGrain cluster, JoinRequest request, EndPoint? remote)
    {
        try
        {
            return await cluster.JoinAsync(request);
        }
        catch (JoinRefusedException refusal)
        {
            LogFailed(remote, refusal.Message);
            throw;
        }
    }
}
