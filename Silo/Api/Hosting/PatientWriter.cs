using Grpc.Core;

namespace Warren.Silo.Api.Hosting;

/// <summary>
/// Writes answers so that a call that is ended from here can still say why. The server of gRPC resets the stream as soon as the token of a write is cancelled, even before the
/// write has begun, and a caller that is reset learns no status (<see href="https://github.com/grpc/grpc-dotnet"/>, <c>HttpContextStreamWriter</c>). Here a write that has begun
/// goes on, and only one that a caller does not take is broken off, after <see cref="Patience"/>.
/// </summary>
/// <typeparam name="T">The answers.</typeparam>
internal sealed class PatientWriter<T>(IServerStreamWriter<T> to, TimeProvider time) : IServerStreamWriter<T>, IDisposable
{
    /// <summary>For so long a write goes on after its token is cancelled.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _late = new(Timeout.InfiniteTimeSpan, time);

    /// <inheritdoc/>
    public WriteOptions? WriteOptions
    {
        get => to.WriteOptions;
        set => to.WriteOptions = value;
    }

    /// <inheritdoc/>
    public Task WriteAsync(T message) => to.WriteAsync(message);

    /// <summary>Writes an answer.</summary>
    /// <param name="message">The answer.</param>
    /// <param name="cancellationToken">Keeps a write from beginning, and ends one that the caller does not take.</param>
    /// <exception cref="OperationCanceledException">It has not begun, or was broken off.</exception>
    public async Task WriteAsync(T message, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await using var hurry = cancellationToken.UnsafeRegister(static late => ((CancellationTokenSource)late!).CancelAfter(Patience), _late);
        await to.WriteAsync(message, _late.Token);
    }

    /// <inheritdoc/>
    public void Dispose() => _late.Dispose();
}
