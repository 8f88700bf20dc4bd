namespace Orleans.Embedded.Tests.Scripting;

/// <inheritdoc cref="IScriptedGrain"/>
[GrainType("scripted")]
internal class ScriptedGrain : Grain, IScriptedGrain
{
    public ScriptedGrain()
    {
        Life = Script.LifeOf(this.GetPrimaryKeyString());
        Life.Instances.Add(this);
        Life.OnCreate(this);
    }

    public Life Life { get; }

    public string Key => this.GetPrimaryKeyString();

    public IGrainFactory Grains => GrainFactory;

    public override Task OnActivateAsync(CancellationToken cancellationToken) => Life.OnActivate(this, cancellationToken);

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        Life.Ends.Add(reason);
        return Life.OnDeactivate(this, reason, cancellationToken);
    }

    public Task Run(string script) => Script.Take(script)(this, CancellationToken.None);

    public Task RunCancellable(string script, CancellationToken cancellation) => Script.Take(script)(this, cancellation);

    public Task RunInterleaving(string script) => Run(script);

    public Task RunReadOnly(string script) => Run(script);

    public Task RunOneWay(string script) => Run(script);

    public Task RunBriefly(string script) => Run(script);

    public void EndWhenIdle() => DeactivateOnIdle();

    public void DelayEnd(TimeSpan time) => DelayDeactivation(time);
}
