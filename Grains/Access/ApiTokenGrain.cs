using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Warren.Access;
using Warren.Grains.Work;

namespace Warren.Grains.Access;

/// <summary>The API tokens. What is answered is what is stored.</summary>
[GrainType("api-token")]
internal sealed partial class ApiTokenGrain([PersistentState("api-tokens")] IPersistentState<ApiTokenState> store, TimeProvider time, ILogger<ApiTokenGrain> logger)
    : Grain, IApiTokenGrain
{
    private ApiTokenState _state = new();

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (store.RecordExists) _state = store.State;
        return Task.CompletedTask;
    }

    public async Task<string> CreateAsync(ApiTokenSpec spec)
    {
        var problems = ApiTokenBook.Validate(spec);
        if (!problems.IsEmpty) throw new ValidationException("API token", problems);
        var token = ApiToken.Create();
        await WriteAsync(ApiTokenBook.Add(_state, token, spec, time.GetUtcNow()));
        LogMade(token.Id, spec.Name, spec.Role);
        return token.ToText();
    }

    public Task<ImmutableArray<ApiTokenRecord>> ListAsync() => Task.FromResult<ImmutableArray<ApiTokenRecord>>([.. _state.Tokens.Select(token => token.Record)]);

    public async Task<ApiTokenRecord> RevokeAsync(string id)
    {
        var next = ApiTokenBook.Revoke(_state, id, time.GetUtcNow()) ?? throw new NotFoundException($"there is no API token {id}");
        if (!ReferenceEquals(next, _state))
        {
            await WriteAsync(next);
            LogRevoked(id);
        }

        return _state.Tokens.First(token => token.Record.Id == id).Record;
    }

    public Task<ApiTokenAnswer> CheckAsync(string id, string hash) => Task.FromResult(ApiTokenBook.Check(_state, id, hash, time.GetUtcNow()));

    private async Task WriteAsync(ApiTokenState next)
    {
        await store.WriteAsync(next);
        _state = next;
    }

    [LoggerMessage(LogLevel.Information, "The API token {Id} of {Name} was made, for the role {Role}")]
    private partial void LogMade(string id, string name, ApiRole role);

    [LoggerMessage(LogLevel.Information, "The API token {Id} was revoked")]
    private partial void LogRevoked(string id);
}
