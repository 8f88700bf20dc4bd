using Orleans.Concurrency;

namespace Orleans.Embedded.Tests.Scripting;

/// <inheritdoc cref="IScriptedWorker"/>
[StatelessWorker(Limit)]
internal sealed class ScriptedWorker : ScriptedGrain, IScriptedWorker
{
    public const int Limit = 3;
}
