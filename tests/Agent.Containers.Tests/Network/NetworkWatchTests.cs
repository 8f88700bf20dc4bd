using Microsoft.Extensions.Logging.Abstractions;
using Warren.Agent.Containers.Tests.Network.Support;
using Warren.Agent.Network;

namespace Warren.Agent.Containers.Tests.Network;

/// <summary>When the node's network is put right.</summary>
public sealed class NetworkWatchTests
{
    [Fact]
    public async Task Repair_Fails_IsTriedAgainWithoutAnotherEvent()
    {
        await using var node = TestNode.Create();
        var repairs = 0;
        var repaired = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var options = node.Options with { RepairInterval = TimeSpan.FromHours(1) };
        await using var watch = await node.Host.MakeAsync(() => new NetworkWatch(options, TimeProvider.System, NullLogger.Instance, _ =>
        {
            if (++repairs == 1) throw new NetworkException(NetworkFault.Failed, "the table is locked");
            repaired.TrySetResult();
            return Task.CompletedTask;
        }));
        watch.Start();

        node.Host.Run("nft", "table inet warren { chain guard { }; }");

        await repaired.Task.WaitAsync(TimeSpan.FromSeconds(60));
    }
}
