using Orleans.Runtime.Membership;

namespace Orleans.Runtime;

/// <summary>Waits until this process knows a view of the cluster that another has acted on.</summary>
internal static class ViewCatchUp
{
    /// <summary>Ends at the latest after <paramref name="atMost"/>, also without such a view.</summary>
    public static async Task WaitAsync(ClusterViewSource views, long version, TimeSpan atMost, TimeProvider time, Action requestView)
    {
        if (views.Current.Version.Value >= version) return;
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var subscription = views.Subscribe((_, view) =>
        {
            if (view.Version.Value >= version) reached.TrySetResult();
        });
        if (views.Current.Version.Value >= version) return;
        requestView();
        try
        {
            await reached.Task.WaitAsync(atMost, time);
        }
        catch (TimeoutException)
        {
            // The caller goes on with what is known; the other side refuses it again if that is too old.
        }
    }
}
