using Orleans.Concurrency;

namespace Orleans.Embedded.Tests.Cluster.Grains;

public interface IWorkerGrain : IGrainWithIntegerKey
{
    Task<string> WhereAsync();
}

[StatelessWorker(2)]
internal sealed class WorkerGrain : Grain, IWorkerGrain
{
    public Task<string> WhereAsync() => Task.FromResult(RuntimeIdentity);
}
