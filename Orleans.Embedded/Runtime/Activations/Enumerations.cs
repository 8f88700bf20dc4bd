using Orleans.Serialization.Invocation;

namespace Orleans.Runtime;

/// <summary>The remote enumerations that an activation serves. Used only in its turns.</summary>
internal sealed class Enumerations(GrainActivation activation) : IActivationComponent
{
    /// <summary>Enumerations of one activation at most; more are refused.</summary>
    public const int Limit = 1000;

    private const int MaxBatch = 100;
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan IdleLimit = TimeSpan.FromMinutes(2);
    private readonly Dictionary<Guid, IRunningEnumeration> _running = [];
    private readonly TaskCompletionSource _ending = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task OnActivatingAsync(CancellationToken cancellation) => Task.CompletedTask;

    public void OnDeactivating()
    {
        foreach (var enumeration in _running.Values) enumeration.Cancel();
        _running.Clear();
    }

    /// <summary>The activation begins to end: from now on no step waits for an item, since the end waits for all steps.</summary>
    public void EndWaits() => _ending.TrySetResult();

    public async Task<(EnumerationStatus Status, List<TItem> Items)> RunAsync<TItem>(EnumerateRequest<TItem> request, object target)
    {
        DropIdle();
        if (request.Step == EnumerationStep.Start && !_running.ContainsKey(request.EnumerationId))
        {
            if (_running.Count >= Limit)
                throw new LimitExceededException($"{activation.GrainId} serves {Limit} enumerations already; end some of them first.");
            _running.Add(request.EnumerationId, new Running<TItem>(request.Enumerated, target, activation.Runtime.Time, _ending.Task));
        }

        if (!_running.TryGetValue(request.EnumerationId, out var found) || found is not Running<TItem> enumeration)
            return (EnumerationStatus.Unknown, []);
        if (request.Step == EnumerationStep.End)
        {
            _running.Remove(request.EnumerationId);
            enumeration.Cancel();
            return (EnumerationStatus.Completed, []);
        }

        try
        {
            var (isComplete, items) = await enumeration.NextAsync();
            if (isComplete) _running.Remove(request.EnumerationId);
            return (isComplete ? EnumerationStatus.Completed : EnumerationStatus.Continues, items);
        }
        catch
        {
            _running.Remove(request.EnumerationId);
            enumeration.Cancel();
            throw;
        }
    }

    /// <summary>A caller that died never ends its enumeration.</summary>
    private void DropIdle()
    {
        var time = activation.Runtime.Time;
        foreach (var (id, enumeration) in _running.Where(pair => !pair.Value.IsBusy && time.GetElapsedTime(pair.Value.LastUsed) > IdleLimit).ToList())
        {
            _running.Remove(id);
            enumeration.Cancel();
        }
    }

    private interface IRunningEnumeration
    {
        /// <summary>By the timestamps of the engine's clock.</summary>
        long LastUsed { get; }

        bool IsBusy { get; }

        void Cancel();
    }

    private sealed class Running<TItem> : IRunningEnumeration, IAsyncDisposable
    {
        private readonly CancellationTokenSource _cancellation = new();
        private readonly IAsyncEnumerator<TItem> _items;
        private readonly TimeProvider _time;
        private readonly Task _ending;
        private Task<bool>? _pending;
        private bool _isCancelled;

        public Running(AsyncEnumerableRequest<TItem> request, object target, TimeProvider time, Task ending)
        {
            (_time, _ending) = (time, ending);
            LastUsed = time.GetTimestamp();
            request.CancellationToken = _cancellation.Token;
            _items = request.InvokeMethod(target).GetAsyncEnumerator(_cancellation.Token);
        }

        public long LastUsed { get; private set; }

        public bool IsBusy { get; private set; }

        public async Task<(bool IsComplete, List<TItem> Items)> NextAsync()
        {
            if (IsBusy) throw new InvalidOperationException("The next items were asked for before the last ones had come.");
            IsBusy = true;
            var items = new List<TItem>();
            try
            {
                while (items.Count < MaxBatch)
                {
                    var next = _pending ??= _items.MoveNextAsync().AsTask();
                    if (!next.IsCompleted)
                    {
                        // What is there goes at once; with nothing there, an empty answer before the caller's deadline.
                        if (items.Count > 0) break;
                        using var wait = CancellationTokenSource.CreateLinkedTokenSource(_cancellation.Token);
                        await Task.WhenAny(next, _ending, Task.Delay(LongestWait, _time, wait.Token));
                        await wait.CancelAsync();
                        if (!next.IsCompleted) break;
                    }

                    // A failure comes after the items before it.
                    if (items.Count > 0 && !next.IsCompletedSuccessfully) break;
                    var hasItem = await next;
                    _pending = null;
                    if (!hasItem)
                    {
                        await DisposeAsync();
                        return (true, items);
                    }

                    items.Add(_items.Current);
                }

                return (false, items);
            }
            finally
            {
                IsBusy = false;
                LastUsed = _time.GetTimestamp();
                if (_isCancelled) await DisposeAsync();
            }
        }

        public void Cancel()
        {
            if (_isCancelled) return;
            _isCancelled = true;
            _cancellation.Cancel();
            if (!IsBusy) _ = DisposeAsync().AsTask();
        }

        /// <summary>An enumerator may be disposed of only when no step of it runs.</summary>
        public async ValueTask DisposeAsync()
        {
            try
            {
                if (_pending is { } pending) await pending;
            }
            catch (Exception)
            {
                // The step was cancelled, as it should be; nobody waits for its outcome.
                _pending = null;
            }

            await _items.DisposeAsync();
            _cancellation.Dispose();
        }
    }
}
