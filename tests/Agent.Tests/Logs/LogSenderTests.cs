using System.Runtime.CompilerServices;
using System.Text;
using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using Warren.Agent.Logs;
using Warren.Agent.Runtime;
using Warren.Logs;
using Warren.Tasks;

namespace Warren.Agent.Tests.Logs;

public sealed class LogSenderTests : IDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(1);
    private static readonly DateTimeOffset s_at = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly Channel<LogEntry> _log = Channel.CreateUnbounded<LogEntry>();
    private readonly Store _store;
    private readonly Reader _reader = new();

    public LogSenderTests() => _store = new(_log.Reader);

    private static LogRequest Request => new() { Task = TaskId.Parse("web.1.1"), Follow = true, Tail = 5, Since = s_at };

    public void Dispose() => _log.Writer.TryComplete();

    [Fact]
    public async Task Begin_LinesThatAreThere_AreSentTogetherWithTheEnd()
    {
        for (var i = 0; i < 3; i++) Write($"line {i}", i == 1 ? LogStream.Stderr : LogStream.Stdout);
        _log.Writer.Complete();
        using var sender = Make(new());
        sender.Begin(Request, _reader);
        var batch = await _reader.NextAsync();
        batch.Lines.Select(line => $"{Encoding.UTF8.GetString(line.Text.Span)} {line.IsError}").ShouldBe(["line 0 False", "line 1 True", "line 2 False"]);
        (batch.IsEnd, batch.Problem).ShouldBe((true, null));
        (_store.Asked!.Follow, _store.Asked.Tail, _store.Asked.Since).ShouldBe((true, 5, s_at));
        await _store.Closed.WaitAsync(s_limit);
    }

    [Fact]
    public async Task Begin_ManyLines_AreParted()
    {
        for (var i = 0; i < 7; i++) Write("line");
        _log.Writer.Complete();
        using var sender = Make(new() { MaxLines = 3 });
        sender.Begin(Request, _reader);
        (await _reader.NextAsync()).Lines.Length.ShouldBe(3);
        (await _reader.NextAsync()).Lines.Length.ShouldBe(3);
        var last = await _reader.NextAsync();
        (last.Lines.Length, last.IsEnd).ShouldBe((1, true));
    }

    [Fact]
    public async Task Begin_LinesThatComeLater_AreSentWhenTheyCome()
    {
        using var sender = Make(new() { KeepAlive = TimeSpan.FromMinutes(10) });
        sender.Begin(Request, _reader);
        Write("first");
        (await _reader.NextAsync()).Lines.ShouldHaveSingleItem();
        Write("second");
        (await _reader.NextAsync()).Lines.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Begin_NothingIsWritten_SaysThatTheAgentIsThere()
    {
        using var sender = Make(new() { KeepAlive = TimeSpan.FromMilliseconds(10) });
        sender.Begin(Request, _reader);
        var batch = await _reader.NextAsync();
        (batch.Lines.Length, batch.IsEnd).ShouldBe((0, false));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Begin_ReaderThatIsGone_EndsTheReading(bool isBroken)
    {
        _reader.Answer = isBroken ? () => throw new TimeoutException("gone") : () => false;
        using var sender = Make(new() { KeepAlive = TimeSpan.FromMilliseconds(10) });
        sender.Begin(Request, _reader);
        await _store.Closed.WaitAsync(s_limit);
    }

    [Fact]
    public async Task Begin_TooManyReaders_AreRefusedWithTheReason()
    {
        using var sender = Make(new() { MaxReaders = 1 });
        sender.Begin(Request, new Reader());
        sender.Begin(Request, _reader);
        var batch = await _reader.NextAsync();
        batch.IsEnd.ShouldBeTrue();
        batch.Problem.ShouldNotBeNull().ShouldContain("1 readers at most");
        sender.Readers.ShouldBeInRange(1, 2);
    }

    [Fact]
    public async Task Begin_LogThatCannotBeRead_SaysWhy()
    {
        _log.Writer.Complete(new IOException("the disk is gone"));
        using var sender = Make(new());
        sender.Begin(Request, _reader);
        (await _reader.NextAsync()).Problem.ShouldBe("its output cannot be read: the disk is gone");
    }

    [Fact]
    public async Task Dispose_WhileItSends_EndsTheReading()
    {
        var sender = Make(new());
        sender.Begin(Request, _reader);
        sender.Dispose();
        await _store.Closed.WaitAsync(s_limit);
    }

    private LogSender Make(LogSenderOptions options) => new(_store, options, TimeProvider.System, NullLogger<LogSender>.Instance);

    private void Write(string text, LogStream stream = LogStream.Stdout) => _log.Writer.TryWrite(new(s_at, stream, Encoding.UTF8.GetBytes(text), IsPartial: false));

    private sealed class Reader : ILogReader
    {
        private readonly Channel<LogBatch> _batches = Channel.CreateUnbounded<LogBatch>();

        public Func<bool> Answer { get; set; } = () => true;

        public Task<bool> TakeAsync(LogBatch batch)
        {
            _batches.Writer.TryWrite(batch);
            return Task.FromResult(Answer());
        }

        public async Task<LogBatch> NextAsync() => await _batches.Reader.ReadAsync().AsTask().WaitAsync(s_limit);
    }

    // Has one log, the same for all.
    private sealed class Store(ChannelReader<LogEntry> log) : ILogStore
    {
        private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public LogQuery? Asked { get; private set; }

        public Task Closed => _closed.Task;

        public string Prepare(ContainerId id) => throw new NotSupportedException();

        public async IAsyncEnumerable<LogEntry> ReadAsync(ContainerId id, LogQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            Asked = query;
            try
            {
                await foreach (var entry in log.ReadAllAsync(cancellationToken)) yield return entry;
            }
            finally
            {
                _closed.TrySetResult();
            }
        }

        public Task EndAsync(ContainerId id, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task RemoveAsync(ContainerId id, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<IReadOnlyList<string>> SweepAsync(IReadOnlySet<ContainerId> keep, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
