using Grpc.Core;
using Warren.Silo.Api.Hosting;
using Warren.Silo.Tests.Testing;

namespace Warren.Silo.Tests.Serving;

public sealed class PatientWriterTests : IDisposable
{
    private readonly MovedTime _time = new();
    private readonly Taker _taker = new();
    private readonly CancellationTokenSource _end = new();
    private readonly PatientWriter<string> _writer;

    public PatientWriterTests() => _writer = new(_taker, _time);

    public void Dispose()
    {
        _writer.Dispose();
        _end.Dispose();
    }

    [Fact]
    public async Task Write_EndedBefore_DoesNotReachTheStream()
    {
        await _end.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => _writer.WriteAsync("a", _end.Token));
        _taker.Messages.ShouldBeEmpty();
    }

    [Fact]
    public async Task Write_EndedMeanwhileAndTaken_IsWhole()
    {
        var write = _writer.WriteAsync("a", _end.Token);
        await _end.CancelAsync();
        _time.Advance(PatientWriter<string>.Patience - TimeSpan.FromMilliseconds(1));
        write.IsCompleted.ShouldBeFalse();
        _taker.Take();
        await write;
        _taker.Messages.ShouldBe(["a"]);
    }

    [Fact]
    public async Task Write_EndedMeanwhileAndNotTaken_IsBrokenOffAfterItsPatience()
    {
        var write = _writer.WriteAsync("a", _end.Token);
        await _end.CancelAsync();
        _time.Advance(PatientWriter<string>.Patience);
        await Should.ThrowAsync<OperationCanceledException>(() => write);
    }

    [Fact]
    public async Task Write_TokenOfAnEarlierWriteEnds_DoesNotMatter()
    {
        var first = _writer.WriteAsync("a", _end.Token);
        _taker.Take();
        await first;
        await _end.CancelAsync();
        var second = _writer.WriteAsync("b", CancellationToken.None);
        _time.Advance(2 * PatientWriter<string>.Patience);
        _taker.Take();
        await second;
        _taker.Messages.ShouldBe(["a", "b"]);
    }

    /// <summary>A caller that takes an answer when the test says so.</summary>
    private sealed class Taker : IServerStreamWriter<string>
    {
        private TaskCompletionSource _taken = New();

        public List<string> Messages { get; } = [];

        public WriteOptions? WriteOptions { get; set; }

        public void Take()
        {
            var taken = _taken;
            _taken = New();
            taken.SetResult();
        }

        public Task WriteAsync(string message) => WriteAsync(message, CancellationToken.None);

        public Task WriteAsync(string message, CancellationToken cancellationToken)
        {
            Messages.Add(message);
            return _taken.Task.WaitAsync(cancellationToken);
        }

        private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
