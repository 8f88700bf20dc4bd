using System.Collections.Frozen;
using System.Reflection;
using Warren.Access;
using Warren.Catalogs;
using Warren.Clusters;
using Warren.Configs;
using Warren.Events;
using Warren.Nodes;
using Warren.Secrets;
using Warren.Services;
using Warren.Volumes;

namespace Warren.Silo.Precedence;

/// <summary>
/// The calls that somebody waits for, or that a lease hangs on: they go before what the cluster does by itself, so that an operator has an answer while ten thousand
/// tasks are being placed. No I/O.
/// </summary>
internal static class ForegroundTable
{
    /// <summary>Methods by interface.</summary>
    public static IReadOnlyDictionary<Type, string[]> Rows { get; } = new Dictionary<Type, string[]>
    {
        [typeof(IServiceGrain)] =
        [
            nameof(IServiceGrain.ApplyAsync), nameof(IServiceGrain.ScaleAsync), nameof(IServiceGrain.RestartAsync), nameof(IServiceGrain.RemoveAsync),
            nameof(IServiceGrain.RunAsync), nameof(IServiceGrain.PauseRolloutAsync), nameof(IServiceGrain.ResumeRolloutAsync),
            nameof(IServiceGrain.GetAsync), nameof(IServiceGrain.GetRevisionsAsync), nameof(IServiceGrain.ForecastAsync),
        ],
        [typeof(IServiceCatalogGrain)] = [nameof(IServiceCatalogGrain.AddAsync), nameof(IServiceCatalogGrain.ListAsync)],
        [typeof(INameCatalogGrain)] = [nameof(INameCatalogGrain.AddAsync), nameof(INameCatalogGrain.ListAsync)],
        [typeof(ISecretGrain)] =
        [
            nameof(ISecretGrain.ApplyAsync), nameof(ISecretGrain.LabelAsync), nameof(ISecretGrain.GetAsync), nameof(ISecretGrain.RemoveAsync),
        ],
        [typeof(IConfigGrain)] =
        [
            nameof(IConfigGrain.ApplyAsync), nameof(IConfigGrain.LabelAsync), nameof(IConfigGrain.GetAsync), nameof(IConfigGrain.RemoveAsync),
        ],
        [typeof(IVolumeGrain)] =
        [
            nameof(IVolumeGrain.CreateAsync), nameof(IVolumeGrain.LabelAsync), nameof(IVolumeGrain.GetAsync), nameof(IVolumeGrain.RemoveAsync),
        ],
        [typeof(INodeGrain)] =
        [
            nameof(INodeGrain.GetAsync), nameof(INodeGrain.UpdateAsync), nameof(INodeGrain.RemoveAsync), nameof(INodeGrain.ExecAsync), nameof(INodeGrain.AskAsync),
        ],
        [typeof(INodeCatalogGrain)] = [nameof(INodeCatalogGrain.GetChangesAsync)],
        [typeof(INodeLink)] =
        [
            nameof(INodeLink.RegisterAsync), nameof(INodeLink.HeartbeatAsync), nameof(INodeLink.RenewAsync),
            nameof(INodeLink.TakeExecOutputAsync), nameof(INodeLink.NextExecInputAsync), nameof(INodeLink.TakeAnswerAsync),
        ],
        [typeof(IClusterGrain)] =
        [
            nameof(IClusterGrain.GetAsync), nameof(IClusterGrain.CreateTokenAsync), nameof(IClusterGrain.ListTokensAsync), nameof(IClusterGrain.RotateTokenAsync),
            nameof(IClusterGrain.RevokeTokenAsync), nameof(IClusterGrain.JoinAsync), nameof(IClusterGrain.IssueClientAsync),
        ],
        [typeof(IApiTokenGrain)] =
        [
            nameof(IApiTokenGrain.CheckAsync), nameof(IApiTokenGrain.ListAsync), nameof(IApiTokenGrain.CreateAsync), nameof(IApiTokenGrain.RevokeAsync),
        ],
        [typeof(IAuditGrain)] = [nameof(IAuditGrain.NoteAsync), nameof(IAuditGrain.ReadAsync)],
        [typeof(IEventLogGrain)] = [nameof(IEventLogGrain.ReadAsync), nameof(IEventLogGrain.GetLastAsync)],
    };

    private static readonly FrozenSet<(string, string)> s_methods = Rows
        .SelectMany(row => row.Value.Select(method => (row.Key.GetCustomAttribute<AliasAttribute>()!.Alias, method)))
        .ToFrozenSet();

    /// <summary>Whether a call is one of them.</summary>
    /// <param name="interfaceName">The interface's name on the wire.</param>
    /// <param name="method">The method.</param>
    public static bool Contains(string interfaceName, string method) => s_methods.Contains((interfaceName, method));
}
