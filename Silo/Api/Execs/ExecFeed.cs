using System.Threading.Channels;
using Warren.Execs;

namespace Warren.Silo.Api.Execs;

/// <summary>Stands between a caller of the API and the agent that runs its process: little waits here either way, and all that does is lost with the caller.</summary>
internal sealed class ExecFeed(TimeProvider time) : IExecCaller, IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    private readonly Channel<ExecOutput> _outputs = Channel.CreateBounded<ExecOutput>(2);
    private readonly Channel<ExecInput> _data = Channel.CreateBounded<ExecInput>(2);
    private readonly Channel<ExecInput> _control = Channel.CreateBounded<ExecInput>(16);
    private readonly CancellationTokenSource _closed = new();
    private long _heard = time.GetTimestamp();

    /// <summary>What comes from the process.</summary>
    public ChannelReader<ExecOutput> Outputs => _outputs.Reader;

    /// <summary>How long nothing was heard of the agent.</summary>
    public TimeSpan Silence => time.GetElapsedTime(Interlocked.Read(ref _heard));

    /// <summary>Gives the process something; waits while it does not take what was given before.</summary>
    public ValueTask WriteAsync(ExecInput input, CancellationToken cancellation) =>
        (input.Signal is null && input.Columns is null ? _data : _control).Writer.WriteAsync(input, cancellation);

    public async Task<ExecAnswer> TakeAsync(ExecOutput output)
    {
        Interlocked.Exchange(ref _heard, time.GetTimestamp());
        if (_outputs.Writer.TryWrite(output)) return ExecAnswer.Taken;
        using var patience = new CancellationTokenSource(s_patience, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, _closed.Token);
        try
        {
            await _outputs.Writer.WriteAsync(output, limit.Token);
            return ExecAnswer.Taken;
        }
        catch (ChannelClosedException)
        {
            return ExecAnswer.Gone;
        }
        catch (OperationCanceledException)
        {
            return _closed.IsCancellationRequested ? ExecAnswer.Gone : ExecAnswer.Busy;
        }
    }

    public async Task<ExecInput> NextAsync(ExecChannel channel)
    {
        Interlocked.Exchange(ref _heard, time.GetTimestamp());
        using var patience = new CancellationTokenSource(s_patience, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, _closed.Token);
        try
        {
            return await (channel == ExecChannel.Data ? _data : _control).Reader.ReadAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            return new() { IsGone = _closed.IsCancellationRequested };
        }
    }

    /// <summary>The caller is gone, or needs no more.</summary>
    public void Close()
    {
        _closed.Cancel();
        _outputs.Writer.TryComplete();
    }

    /// <summary>After <see cref="Close"/>, and when the agent can ask no more.</summary>
    public void Dispose() => _closed.Dispose();
}
