using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Warren.Clusters;
using Warren.Nodes;
using Warren.Validation;

namespace Warren.Grains.Clusters;

/// <summary>What becomes of the state of the cluster by tokens and by those who join. No I/O.</summary>
internal static class TokenBook
{
    private static readonly TimeSpan s_remembered = TimeSpan.FromDays(30);

    /// <summary>What is wrong with a spec.</summary>
    public static ImmutableArray<ValidationProblem> Validate(JoinTokenSpec spec)
    {
        var problems = ImmutableArray.CreateBuilder<ValidationProblem>();
        if (!Enum.IsDefined(spec.Role)) problems.Add(new("role", $"must be Worker or Manager, was {(int)spec.Role}"));
        if (spec.Lifetime <= TimeSpan.Zero) problems.Add(new("lifetime", $"must be positive, or none for a token that never expires, was {spec.Lifetime}"));
        if (spec.MaxUses < 1) problems.Add(new("maxUses", string.Create(CultureInfo.InvariantCulture, $"must be at least 1, or none for any number, was {spec.MaxUses}")));
        return problems.DrainToImmutable();
    }

    /// <summary>Adds a token, and forgets those that are long of no use.</summary>
    public static ClusterState Add(ClusterState state, JoinToken token, JoinTokenSpec spec, DateTimeOffset now)
    {
        var record = new JoinTokenRecord { Id = token.Id, Spec = spec, CreatedAt = now, ExpiresAt = spec.Lifetime is { } lifetime ? now + lifetime : null };
        var kept = state.Tokens.RemoveAll(other => other.Record.RevokedAt + s_remembered < now || other.Record.ExpiresAt + s_remembered < now);
        return state with { Tokens = kept.Add(new(record, JoinToken.HashOf(token.Secret))) };
    }

    /// <summary>Refuses a token from now on; null if there is none of that id.</summary>
    public static ClusterState? Revoke(ClusterState state, string id, DateTimeOffset now) =>
        state.Tokens.FirstOrDefault(token => token.Record.Id == id) is not { } found ? null
        : found.Record.RevokedAt is not null ? state
        : state with { Tokens = state.Tokens.Replace(found, found with { Record = found.Record with { RevokedAt = now } }) };

    /// <summary>A machine with a token, and a key that it has proved to have, wants to be a node.</summary>
    /// <returns>The state with it, or why it is refused.</returns>
    public static (ClusterState State, string? Refusal) Join(ClusterState state, JoinToken given, NodeId node, NodeRole role, string key, DateTimeOffset now)
    {
        var known = state.Nodes.GetValueOrDefault(node);

        // It has proved who it is, and may have nothing but a token of long ago.
        if (IsRemoved(state, node, key))
            return Refuse($"the node {node} was removed from the cluster on {Text(known!.RemovedAt!.Value)}, which is for good; join under another --node-id, from another data folder");
        var token = state.Tokens.FirstOrDefault(candidate => candidate.Record.Id == given.Id);
        if (token is null || !Equal(token.Hash, JoinToken.HashOf(given.Secret))) return Refuse("the cluster knows no such join token; ask for one: it may be mistyped or long out of date");
        var record = token.Record;
        if (record.RevokedAt is { } revoked) return Refuse($"the join token {record.Id} was revoked on {Text(revoked)}; ask for another one");
        if (record.ExpiresAt <= now) return Refuse($"the join token {record.Id} expired on {Text(record.ExpiresAt.Value)}; ask for another one");
        if (record.Spec.Role != role)
            return Refuse($"the join token {record.Id} is for a {Text(record.Spec.Role)}, and {node} is to be a {Text(role)}; ask for another one");
        if (known is not null && !Equal(known.Key, key))
            return Refuse($"the node {node} has joined with another key; a node keeps its key for good: use its data folder, or join under another --node-id");
        if (known is not null && known.Role != role)
            return Refuse($"the node {node} has joined as a {Text(known.Role)}, and cannot be a {Text(role)} as well; join under another --node-id, from another data folder");
        if (known is not null) return (state, null);
        if (record.Uses >= record.Spec.MaxUses)
            return Refuse(string.Create(CultureInfo.InvariantCulture, $"the join token {record.Id} was good for {record.Spec.MaxUses} nodes, and all have joined; ask for another one"));
        return (
            state with
            {
                Tokens = state.Tokens.Replace(token, token with { Record = record with { Uses = record.Uses + 1 } }),
                Nodes = state.Nodes.Add(node, new(role, key, now)),
            },
            null);

        (ClusterState, string?) Refuse(string why) => (state, why);
    }

    /// <summary>Whether a machine, which has proved to have a key, is a node that was removed.</summary>
    public static bool IsRemoved(ClusterState state, NodeId node, string key) => state.Nodes.GetValueOrDefault(node) is { RemovedAt: not null } known && Equal(known.Key, key);

    /// <summary>A node, which proves to have a key, wants another certificate.</summary>
    /// <returns>The state with it, or why it is refused.</returns>
    public static (ClusterState State, string? Refusal) Renew(ClusterState state, NodeId node, NodeRole role, string key, DateTimeOffset now) =>
        state.Nodes.GetValueOrDefault(node) switch
        {
            null when role == NodeRole.Manager => (state with { Nodes = state.Nodes.Add(node, new(role, key, now)) }, null),
            null => (state, $"the node {node} has not joined by token"),
            { RemovedAt: not null } => (state, $"the node {node} was removed from the cluster"),
            { } known when known.Role != role => (state, $"the node {node} has joined as a {Text(known.Role)}, and cannot be a {Text(role)} as well"),
            { } known when !Equal(known.Key, key) => (state, $"the node {node} has joined with another key; a node keeps its key for good"),
            _ => (state, null),
        };

    private static bool Equal(string left, string right) => CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(left), Encoding.ASCII.GetBytes(right));

    private static string Text(NodeRole role) => role.ToString().ToLowerInvariant();

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
