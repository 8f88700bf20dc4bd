using Microsoft.Extensions.Logging;

namespace Warren.Grains.Nodes;

internal sealed partial class NodeCatalogGrain
{
    [LoggerMessage(LogLevel.Warning, "The catalog of nodes is not complete; nodes are asked again in {Wait}")]
    private partial void LogFillFailed(Exception failure, TimeSpan wait);
}
