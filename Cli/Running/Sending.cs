using Grpc.Core;

namespace Warren.Cli.Running;

/// <summary>Sends many requests in one call.</summary>
internal static class Sending
{
    /// <summary>Sends one more. A connection that breaks just then fails with what the transport says, and only the answers tell a status.</summary>
    /// <returns>False if the call has ended, whose answers tell why.</returns>
    public static async Task<bool> TrySendAsync<T>(this IClientStreamWriter<T> to, T request, CancellationToken cancellation)
    {
        try
        {
            await to.WriteAsync(request, cancellation);
            return true;
        }
        catch (Exception failure) when (failure is RpcException or InvalidOperationException or OperationCanceledException or IOException or HttpRequestException)
        {
            return false;
        }
    }
}
