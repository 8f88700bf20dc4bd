using System.Threading.Channels;
using Orleans.Embedded.Tests.Cluster.Grains;

namespace Orleans.Embedded.Tests.Cluster.Support;

/// <summary>Keeps what an observer is told.</summary>
internal sealed class NoticeBoard : INoticeObserver
{
    private readonly Channel<string> _notices = Channel.CreateUnbounded<string>();

    public Task NoticeAsync(string text)
    {
        _notices.Writer.TryWrite(text);
        return Task.CompletedTask;
    }

    public Task<string> NextAsync() => _notices.Reader.ReadAsync().AsTask().WaitAsync(SiloCluster.Patience);
}
