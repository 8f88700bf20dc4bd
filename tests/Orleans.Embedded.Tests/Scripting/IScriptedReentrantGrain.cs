namespace Orleans.Embedded.Tests.Scripting;

/// <summary>The same, of a class that is reentrant.</summary>
internal interface IScriptedReentrantGrain : IScriptedGrain;
