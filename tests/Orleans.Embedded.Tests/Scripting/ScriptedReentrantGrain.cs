using Orleans.Concurrency;

namespace Orleans.Embedded.Tests.Scripting;

/// <inheritdoc cref="IScriptedReentrantGrain"/>
[Reentrant]
internal sealed class ScriptedReentrantGrain : ScriptedGrain, IScriptedReentrantGrain;
