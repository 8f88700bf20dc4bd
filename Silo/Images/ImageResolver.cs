using Microsoft.Extensions.Logging;
using Warren.Containers;
using Warren.Grains.Images;
using Warren.Images;
using Warren.Images.Registry;
using Warren.Nodes;

namespace Warren.Silo.Images;

/// <summary>
/// Finds out what images mean at their registries. Services with the same image share a lookup, and what it brought for a moment; a registry that did not
/// answer is left alone for a moment, so that a manager without a way to it costs a thousand services one attempt. Lookups go on when nobody waits any more.
/// </summary>
internal sealed partial class ImageResolver : IImageResolver, IDisposable
{
    // An entry takes some hundred bytes.
    private const int Capacity = 4096;

    private readonly Func<ImageReference, CancellationToken, Task<FoundImage>> _find;
    private readonly ImageResolutionOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly SemaphoreSlim _slots;
    private readonly CancellationTokenSource _end = new();
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Lookup> _lookups = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (string Problem, long At)> _silent = new(StringComparer.OrdinalIgnoreCase);
    private bool _isDisposed;

    /// <param name="find">Asks a registry; throws an <see cref="ImageException"/>.</param>
    /// <param name="options">Settings.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Told what was found, and what went wrong.</param>
    public ImageResolver(
        Func<ImageReference, CancellationToken, Task<FoundImage>> find, ImageResolutionOptions options, TimeProvider time, ILogger<ImageResolver> log)
    {
        (_find, _options, _time, _log) = (find, options, time, log);
        _slots = new(options.MaxLookups);
    }

    /// <inheritdoc/>
    public TimeSpan WaitLimit => _options.WaitLimit;

    /// <inheritdoc/>
    public Task<ImageAnswer> ResolveAsync(ImageReference reference)
    {
        var key = reference.ToString();
        lock (_gate)
        {
            if (_lookups.TryGetValue(key, out var known) && IsFresh(known)) return known.Answer;
            if (_silent.TryGetValue(reference.Registry, out var silent))
            {
                if (_time.GetElapsedTime(silent.At) < _options.RegistryPause) return Task.FromResult(ImageAnswer.Failed(silent.Problem));
                _silent.Remove(reference.Registry);
            }

            MakeRoom();
            var lookup = new Lookup();
            _lookups[key] = lookup;

            // Away from the caller's scheduler: a grain's turn does none of it.
            lookup.Answer = Task.Run(() => LookUpAsync(reference, lookup));
            return lookup.Answer;
        }
    }

    /// <summary>Ends what is under way.</summary>
    public void Dispose()
    {
        Task[] lookups;
        lock (_gate)
        {
            if (_isDisposed) return;
            _isDisposed = true;
            lookups = [.. _lookups.Values.Select(lookup => lookup.Answer)];
        }

        _end.Cancel();
        _ = EndAsync(lookups);
    }

    // A semaphore that is disposed of forgets those that wait, also while they are being cancelled, and they would wait for ever.
    private async Task EndAsync(Task[] lookups)
    {
        await Task.WhenAll(lookups);
        _end.Dispose();
        _slots.Dispose();
    }

    private bool IsFresh(Lookup lookup) => lookup.AnsweredAt is not { } at || _time.GetElapsedTime(at) < _options.AnswerLifetime;

    private void MakeRoom()
    {
        if (_lookups.Count < Capacity) return;
        foreach (var (key, lookup) in _lookups.ToArray())
        {
            if (lookup.AnsweredAt is not null) _lookups.Remove(key);
        }
    }

    private async Task<ImageAnswer> LookUpAsync(ImageReference reference, Lookup lookup)
    {
        var answer = await FindAsync(reference);
        lock (_gate) lookup.AnsweredAt = _time.GetTimestamp();
        return answer;
    }

    private async Task<ImageAnswer> FindAsync(ImageReference reference)
    {
        try
        {
            await _slots.WaitAsync(_end.Token);
            try
            {
                var found = await _find(reference, _end.Token);
                LogFound(reference, found.Digest);
                return ImageAnswer.Found(new()
                {
                    Reference = reference.WithDigest(found.Digest).ToString(),
                    Platforms = [.. found.Platforms.Select(platform => Platform.TryParse(platform.ToString(), null, out var known) ? known : default)
                        .Where(platform => platform != default)],
                });
            }
            finally
            {
                _slots.Release();
            }
        }
        catch (ImageException failure)
        {
            LogNotFound(failure.Message);
            if (failure.Fault is ImageFault.RegistryUnavailable or ImageFault.TooManyRequests)
            {
                lock (_gate) _silent[reference.Registry] = (failure.Message, _time.GetTimestamp());
            }

            return ImageAnswer.Failed(failure.Message);
        }
        catch (Exception failure) when (failure is OperationCanceledException or ObjectDisposedException && _end.IsCancellationRequested)
        {
            return ImageAnswer.Failed($"{reference} was not resolved: this manager stops");
        }
        catch (Exception failure)
        {
            LogWrong(failure, reference);
            return ImageAnswer.Failed($"{reference} was not resolved: {failure.Message}");
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The image {Reference} is {Digest}")]
    private partial void LogFound(ImageReference reference, string digest);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Problem}")]
    private partial void LogNotFound(string problem);

    [LoggerMessage(Level = LogLevel.Error, Message = "Looking up the image {Reference} went wrong")]
    private partial void LogWrong(Exception failure, ImageReference reference);

    private sealed class Lookup
    {
        public Task<ImageAnswer> Answer { get; set; } = Task.FromResult(ImageAnswer.Failed(""));

        public long? AnsweredAt { get; set; }
    }
}
