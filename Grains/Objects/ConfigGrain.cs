using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Warren.Configs;
using Warren.References;

namespace Warren.Grains.Objects;

/// <summary>One config.</summary>
[GrainType("config")]
internal sealed class ConfigGrain : Grain, IConfigGrain, IRemindable
{
    private readonly ObjectCore _core;

    public ConfigGrain([PersistentState("config")] IPersistentState<ObjectRecord> stored, TimeProvider time, ILogger<ConfigGrain> log) =>
        _core = new(this, ObjectKind.Config, GrainFactory, stored, time, log);

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _core.Load();
        return Task.CompletedTask;
    }

    public async Task<ConfigRecord> ApplyAsync(ConfigSpec spec, long? expectedVersion = null)
    {
        var problems = ConfigSpecValidator.Validate(spec);
        if (spec.Name != default && spec.Name.Value != _core.Name)
            problems = problems.Add(new("name", $"must be that of the config it is given to, {_core.Name}, was {spec.Name}"));
        if (!problems.IsEmpty) throw new ValidationException($"config {_core.Name}", problems);
        var isSame = _core.Record.Exists() && _core.Record.IsTemplate == spec.IsTemplate && _core.Record.Content.Span.SequenceEqual(spec.Content.Span);
        await _core.ApplyAsync(spec.Labels, expectedVersion, isSame ? null : _ => spec.Content, spec.IsTemplate);
        return Shown();
    }

    public async Task<ConfigRecord> LabelAsync(ImmutableSortedDictionary<string, string> labels, long? expectedVersion = null)
    {
        _core.CheckExists();
        var problems = ConfigSpecValidator.Validate(new() { Name = new(_core.Name), Labels = labels, Content = _core.Record.Content });
        if (!problems.IsEmpty) throw new ValidationException($"config {_core.Name}", problems);
        await _core.ApplyAsync(labels, expectedVersion, content: null, _core.Record.IsTemplate);
        return Shown();
    }

    public Task<ConfigRecord?> GetAsync() => Task.FromResult(_core.IsUsable ? Shown() : null);

    public Task<ConfigContent?> ReadContentAsync() =>
        Task.FromResult(_core.Record.Exists() ? new ConfigContent(_core.Record.Content, _core.Record.IsTemplate) : null);

    public Task RemoveAsync(bool force, long? expectedVersion = null) => _core.RemoveAsync(force, expectedVersion);

    public Task ReceiveReminder(string reminderName, TickStatus status) => _core.WakeAsync();

    private ConfigRecord Shown() => new()
    {
        Spec = new() { Name = new(_core.Name), Labels = _core.Record.Labels, Content = _core.Record.Content, IsTemplate = _core.Record.IsTemplate },
        Version = _core.Record.Version,
        CreatedAt = _core.Record.CreatedAt,
        UpdatedAt = _core.Record.UpdatedAt,
    };
}
