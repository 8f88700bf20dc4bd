using Warren.Access;

namespace Warren.Silo.Api.Access;

/// <summary>For how long a token lets a call that lasts go on: it is looked for again every 2 s. While the cluster cannot say, the call goes on.</summary>
internal sealed class TokenLife : ICallerLife, IAsyncDisposable
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _ended = new(), _stop = new();
    private readonly Task _watching;

    /// <param name="check">Asks whether the token is good.</param>
    /// <param name="time">The clock.</param>
    public TokenLife(Func<Task<ApiTokenAnswer>> check, TimeProvider time) => _watching = WatchAsync(check, time);

    /// <inheritdoc/>
    public CancellationToken Ended => _ended.Token;

    /// <inheritdoc/>
    public string? Reason { get; private set; }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _watching;
        _stop.Dispose();
        _ended.Dispose();
    }

    private async Task WatchAsync(Func<Task<ApiTokenAnswer>> check, TimeProvider time)
    {
        try
        {
            while (true)
            {
                await Task.Delay(s_interval, time, _stop.Token);
                try
                {
                    if (await check().WaitAsync(_stop.Token) is not { Token: null } answer) continue;
                    Reason = answer.Refusal;
                    await _ended.CancelAsync();
                    return;
                }
                catch (Exception failure) when (failure is not OperationCanceledException || !_stop.IsCancellationRequested)
                {
                    // Asked again at the next turn.
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The call has ended.
        }
    }
}
