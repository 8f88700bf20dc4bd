using Microsoft.Extensions.Logging;

namespace Warren.Silo.Keeping;

internal sealed partial class Keeper
{
    [LoggerMessage(LogLevel.Information, "Silos have changed: woke {Nodes} nodes, {Services} services, {Volumes} volumes and {Objects} secrets and configs, of which {Failed} did not answer")]
    private partial void LogEnsured(int nodes, int services, int volumes, int objects, int failed);

    [LoggerMessage(LogLevel.Warning, "Not everything was woken after a change of silos, {First} the first; it is tried again")]
    private partial void LogNotWoken(Exception failure, string first);
}
