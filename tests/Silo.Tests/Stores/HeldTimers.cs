using System.Threading.Channels;

namespace Warren.Silo.Tests.Stores;

/// <summary>A clock whose timers go off when the test says so.</summary>
internal sealed class HeldTimers : TimeProvider
{
    private readonly Channel<HeldTimer> _set = Channel.CreateUnbounded<HeldTimer>();

    /// <summary>The next timer that was set, with how long it is to wait.</summary>
    public ValueTask<HeldTimer> NextAsync() => _set.Reader.ReadAsync();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new HeldTimer(() => callback(state), dueTime);
        _set.Writer.TryWrite(timer).ShouldBeTrue();
        return timer;
    }

    internal sealed class HeldTimer(Action fire, TimeSpan after) : ITimer
    {
        public TimeSpan After => after;

        public void Fire() => fire();

        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
