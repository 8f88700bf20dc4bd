using System.Collections.Immutable;
using Orleans.Concurrency;

namespace Warren.Access;

/// <summary>The API tokens of the cluster; key <see cref="Key"/>. Whoever is asked asks here for each call, so that one that is revoked is good for none.</summary>
[Alias("warren.api-token-grain")]
public interface IApiTokenGrain : IGrainWithStringKey
{
    /// <summary>The key of the only one.</summary>
    const string Key = "api-tokens";

    /// <summary>Makes a token; its text is told this once.</summary>
    /// <exception cref="ValidationException">The spec breaks a rule, or there are too many tokens.</exception>
    [Alias("CreateAsync")]
    Task<string> CreateAsync(ApiTokenSpec spec);

    /// <summary>All that are known, the oldest first; those that are of no use are forgotten after 30 days.</summary>
    [Alias("ListAsync"), AlwaysInterleave]
    Task<ImmutableArray<ApiTokenRecord>> ListAsync();

    /// <summary>Refuses a token from now on. Again: nothing changes.</summary>
    /// <exception cref="NotFoundException">There is none of that id.</exception>
    [Alias("RevokeAsync")]
    Task<ApiTokenRecord> RevokeAsync(string id);

    /// <summary>Whether a token is good.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="hash">The hash of the secret that the caller has.</param>
    [Alias("CheckAsync"), AlwaysInterleave]
    Task<ApiTokenAnswer> CheckAsync(string id, string hash);
}
