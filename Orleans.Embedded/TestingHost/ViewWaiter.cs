using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;
using Orleans.Runtime.Membership;

namespace Orleans.TestingHost;

/// <summary>Waits for processes to agree on which silos are active.</summary>
internal static class ViewWaiter
{
    /// <exception cref="TimeoutException">They do not agree in time; the message says what each of them sees.</exception>
    public static async Task WaitAsync(
        IReadOnlyCollection<(string Name, IServiceProvider Services)> processes, IReadOnlyCollection<SiloAddress> active, TimeSpan atMost)
    {
        var expected = active.Order().ToArray();
        using var limit = new CancellationTokenSource(atMost, TimeProvider.System);
        try
        {
            await Task.WhenAll(processes.Select(process => WaitAsync(process.Services.GetRequiredService<ClusterViewSource>(), expected, limit.Token)));
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            var seen = processes.Select(process =>
                $"{process.Name} sees {string.Join(", ", process.Services.GetRequiredService<ClusterViewSource>().Current.Active)}");
            throw new TimeoutException($"Within {atMost} not all saw that {string.Join(", ", (object[])expected)} are active: {string.Join("; ", seen)}.");
        }
    }

    private static async Task WaitAsync(ClusterViewSource views, SiloAddress[] expected, CancellationToken cancellation)
    {
        var agreed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var subscription = views.Subscribe((_, view) => Look(view));
        Look(views.Current);
        await agreed.Task.WaitAsync(cancellation);

        void Look(ClusterView view)
        {
            if (view.Active.AsSpan().SequenceEqual(expected)) agreed.TrySetResult();
        }
    }
}
