namespace Orleans.Embedded.Tests.Scripting;

/// <summary>The same, of a class of stateless workers.</summary>
internal interface IScriptedWorker : IScriptedGrain;
