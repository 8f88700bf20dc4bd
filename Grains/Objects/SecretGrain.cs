using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Warren.References;
using Warren.Secrets;

namespace Warren.Grains.Objects;

/// <summary>One secret. Its value is encrypted before it is stored, and decrypted only for who asks for it.</summary>
[GrainType("secret")]
internal sealed class SecretGrain : Grain, ISecretGrain, IRemindable
{
    private readonly ISecretSealer _sealer;
    private readonly ObjectCore _core;

    public SecretGrain(
        [PersistentState("secret")] IPersistentState<ObjectRecord> stored, ISecretSealer sealer, TimeProvider time, ILogger<SecretGrain> log)
    {
        _sealer = sealer;
        _core = new(this, ObjectKind.Secret, GrainFactory, stored, time, log);
    }

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _core.Load();
        return Task.CompletedTask;
    }

    public async Task<SecretRecord> ApplyAsync(SecretSpec spec, long? expectedVersion = null)
    {
        var problems = SecretSpecValidator.Validate(spec);
        if (spec.Name != default && spec.Name.Value != _core.Name)
            problems = problems.Add(new("name", $"must be that of the secret it is given to, {_core.Name}, was {spec.Name}"));
        if (!problems.IsEmpty) throw new ValidationException($"secret {_core.Name}", problems);
        var isSame = _core.Record.Exists() && Open().AsSpan().SequenceEqual(spec.Value.Span);
        await _core.ApplyAsync(spec.Labels, expectedVersion, isSame ? null : version => _sealer.Seal(ISecretSealer.SecretKind, _core.Name, version, spec.Value.Span));
        return Shown();
    }

    public async Task<SecretRecord> LabelAsync(ImmutableSortedDictionary<string, string> labels, long? expectedVersion = null)
    {
        _core.CheckExists();
        var problems = SecretSpecValidator.Validate(new() { Name = new(_core.Name), Labels = labels, Value = new byte[1] });
        if (!problems.IsEmpty) throw new ValidationException($"secret {_core.Name}", problems);
        await _core.ApplyAsync(labels, expectedVersion, content: null);
        return Shown();
    }

    public Task<SecretRecord?> GetAsync() => Task.FromResult(_core.IsUsable ? Shown() : null);

    public Task<ReadOnlyMemory<byte>?> ReadAsync() => Task.FromResult<ReadOnlyMemory<byte>?>(_core.Record.Exists() ? Open() : null);

    public Task RemoveAsync(bool force, long? expectedVersion = null) => _core.RemoveAsync(force, expectedVersion);

    public Task ReceiveReminder(string reminderName, TickStatus status) => _core.WakeAsync();

    private byte[] Open() => _sealer.Open(ISecretSealer.SecretKind, _core.Name, _core.Record.Version, _core.Record.Content.Span);

    private SecretRecord Shown() => new()
    {
        Name = new(_core.Name),
        Labels = _core.Record.Labels,
        Version = _core.Record.Version,
        CreatedAt = _core.Record.CreatedAt,
        UpdatedAt = _core.Record.UpdatedAt,
    };
}
