using Orleans.Concurrency;
using Orleans.Metadata;

namespace Orleans.Embedded.Tests.Scripting;

/// <summary>A grain that does what a test tells it: a test adds a script, whose name is the argument. Tests call it by <see cref="Script"/>.</summary>
[DefaultGrainType("scripted")]
internal interface IScriptedGrain : IGrainWithStringKey
{
    Task Run(string script);

    Task RunCancellable(string script, CancellationToken cancellation);

    [AlwaysInterleave]
    Task RunInterleaving(string script);

    [ReadOnly]
    Task RunReadOnly(string script);

    [OneWay]
    Task RunOneWay(string script);

    [ResponseTimeout("00:00:00.3")]
    Task RunBriefly(string script);
}
