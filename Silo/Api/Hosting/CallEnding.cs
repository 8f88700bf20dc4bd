using Grpc.Core;
using Microsoft.AspNetCore.Connections.Features;
using Warren.Silo.Api.Access;
using Warren.Silo.Api.Errors;

namespace Warren.Silo.Api.Hosting;

/// <summary>When a call that lasts ends: with its caller, the API, or the certificate or token by which it came.</summary>
internal sealed class CallEnding : IDisposable
{
    private readonly ApiLifetime _lifetime;
    private readonly Func<string?> _lifeEnded;
    private readonly CancellationTokenSource _source;

    /// <param name="context">The call.</param>
    /// <param name="lifetime">The API.</param>
    public CallEnding(ServerCallContext context, ApiLifetime lifetime)
    {
        _lifetime = lifetime;
        var life = Of(context);
        _lifeEnded = () => life?.Reason;
        _source = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.Stopping, life?.Ended ?? default);
    }

    /// <summary>Cancelled when it ends.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>Can be cancelled by the call itself, too.</summary>
    public CancellationTokenSource Source => _source;

    /// <summary>What the caller is told; null: it has left, or the call has ended by itself.</summary>
    public RpcException? Status => _lifeEnded() is { } reason ? ApiErrors.Unauthenticated("CREDENTIAL_ENDED", reason) : _lifetime.Stopping.IsCancellationRequested ? ApiErrors.Stopping() : null;

    /// <summary>The life of that by which a call comes; null: it needs none.</summary>
    public static ICallerLife? Of(ServerCallContext context)
    {
        var http = context.GetHttpContext();
        if (http.Items.TryGetValue(typeof(ICallerLife), out var token)) return (ICallerLife?)token;
        return http.Features.Get<IConnectionItemsFeature>()?.Items.TryGetValue(typeof(CertificateLife), out var life) == true ? (ICallerLife?)life : null;
    }

    /// <inheritdoc/>
    public void Dispose() => _source.Dispose();
}
