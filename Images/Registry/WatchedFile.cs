using Microsoft.Extensions.Logging;

namespace Warren.Images.Registry;

/// <summary>
/// A settings file that is looked at on each use and read again when it has changed. While a changed file cannot be used, what was read
/// before stays in force, and <see cref="Read"/> tells the problem.
/// </summary>
/// <param name="path">The file; it need not exist.</param>
/// <param name="whenMissing">What holds without it.</param>
/// <param name="parse">Reads it; throws <see cref="FormatException"/> with all problems.</param>
/// <param name="isSecret">Whether it is refused when others than its owner may read it.</param>
/// <param name="logger">Told of each change and problem once.</param>
internal sealed partial class WatchedFile<T>(string path, T whenMissing, Func<ReadOnlyMemory<byte>, T> parse, bool isSecret, ILogger logger)
    where T : class
{
    private const long MaxBytes = 4 * 1024 * 1024;

    // The times of files advance in steps, of 10 ms with some kernels: within one, a file changes again without another time.
    private static readonly TimeSpan s_timeStep = TimeSpan.FromMilliseconds(20);

    private readonly Lock _gate = new();
    private (DateTime Written, long Length, UnixFileMode Mode)? _seen;
    private byte[]? _content;
    private T? _value;
    private string? _problem;

    /// <summary>What holds now (null if the file was never readable), and what is wrong with the file as it is, or null.</summary>
    public (T? Value, string? Problem) Read()
    {
        lock (_gate)
        {
            try
            {
                Refresh();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
            {
                var problem = $"{path} cannot be used: {e.Message}";
                if (problem != _problem) LogProblem(path, e.Message, _value is not null);
                _problem = problem;
            }
            return (_value, _problem);
        }
    }

    private void Refresh()
    {
        var file = new FileInfo(path);
        if (!file.Exists)
        {
            (_seen, _content, _value, _problem) = (null, null, whenMissing, null);
            return;
        }
        var now = (file.LastWriteTimeUtc, file.Length, file.UnixFileMode);
        if (_seen == now) return;
        _seen = null;
        if (isSecret && DockerCredentials.IsExposed(now.UnixFileMode))
            throw new FormatException($"others than its owner may read or change it ({now.UnixFileMode}); run chmod 600 {path}");
        if (now.Length > MaxBytes) throw new FormatException($"it has {now.Length} bytes, and at most {MaxBytes} are read");
        var isSettled = now.LastWriteTimeUtc < TimeProvider.System.GetUtcNow().UtcDateTime - s_timeStep;
        var content = File.ReadAllBytes(path);
        // One that was changed just now is read again next time.
        if (isSettled) _seen = now;
        if (_problem is null && _content is not null && content.AsSpan().SequenceEqual(_content)) return;
        _value = parse(content);
        (_content, _problem) = (content, null);
        LogRead(path);
    }

    [LoggerMessage(LogLevel.Information, "Read {Path}")]
    private partial void LogRead(string path);

    [LoggerMessage(LogLevel.Error, "{Path} cannot be used: {Problem} (what was read before stays in force: {IsOldInForce})")]
    private partial void LogProblem(string path, string problem, bool isOldInForce);
}
