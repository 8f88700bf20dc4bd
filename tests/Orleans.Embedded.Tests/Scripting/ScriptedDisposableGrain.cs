namespace Orleans.Embedded.Tests.Scripting;

/// <summary>The same, of a class whose instances are disposed of.</summary>
internal interface IScriptedDisposableGrain : IScriptedGrain;

/// <inheritdoc cref="IScriptedDisposableGrain"/>
internal sealed class ScriptedDisposableGrain : ScriptedGrain, IScriptedDisposableGrain, IAsyncDisposable
{
    public ValueTask DisposeAsync()
    {
        Life.Disposed.SetResult(Life.Ends.Count);
        return ValueTask.CompletedTask;
    }
}
