using System.Collections.Concurrent;

namespace Orleans.Embedded.Tests.Scripting;

/// <summary>What the activations of one scripted grain do at their beginning and end, and which there were.</summary>
internal sealed class Life
{
    public Action<ScriptedGrain> OnCreate { get; set; } = static _ => { };

    public Func<ScriptedGrain, CancellationToken, Task> OnActivate { get; set; } = static (_, _) => Task.CompletedTask;

    public Func<ScriptedGrain, DeactivationReason, CancellationToken, Task> OnDeactivate { get; set; } = static (_, _, _) => Task.CompletedTask;

    public ConcurrentBag<ScriptedGrain> Instances { get; } = [];

    /// <summary>The reasons with which <c>OnDeactivateAsync</c> was called.</summary>
    public ConcurrentBag<DeactivationReason> Ends { get; } = [];

    /// <summary>Ends when an instance is disposed of, with how often <c>OnDeactivateAsync</c> had been called by then.</summary>
    public TaskCompletionSource<int> Disposed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
