using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;
using Orleans.TestingHost;
using Warren.Grains.Hosting;
using Warren.Nodes;
using Warren.Silo.Precedence;
using Warren.Silo.Tests.Stores;
using Warren.Volumes;

namespace Warren.Silo.Tests.Precedence;

/// <summary>From a call that stands in <see cref="ForegroundTable"/> to the row that is written.</summary>
[Collection(StoreCollection.Name)]
public sealed class ForegroundWriteTests(SharedPostgres postgres) : IAsyncLifetime
{
    private const int Others = 8;

    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(1);

    private readonly StoreSource _source = new(postgres);

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _source.DisposeAsync();

    /// <summary>All are rows of one type, which keep their order otherwise. Versions count up with each row that is written.</summary>
    [Fact]
    public async Task Write_OfACallInTheForeground_GoesBeforeThoseThatWaitedBefore()
    {
        var options = await _source.OptionsAsync(StoreKind.Sqlite);
        options.MaxBatchRows = options.ForegroundBatchRows = 1;
        options.LockTimeout = options.CommandTimeout = s_limit;
        var writes = new Writes(_source.Open(options).States);
        await using var cluster = new InProcessTestClusterBuilder(1).ConfigureSilo((_, silo) =>
        {
            silo.Services.AddKeyedSingleton<IGrainStorage>("Default", writes);
            silo.AddControlPlane().AddCallPrecedence();
        }).Build();
        await cluster.DeployAsync().WaitAsync(s_limit);
        var volumes = Enumerable.Range(0, Others + 1).Select(number => cluster.Client.GetGrain<IVolumeGrain>($"v{number.ToString(CultureInfo.InvariantCulture)}")).ToArray();
        foreach (var volume in volumes) await volume.CreateAsync(new() { Name = volume.GetPrimaryKeyString() });

        Task[] calls;
        await using (await DatabaseLock.TakeAsync(options))
        {
            var before = writes.Count;
            var claims = volumes.Skip(1).Select(volume => volume.ClaimAsync(new NodeId("n1"))).ToArray();
            await writes.ReachAsync(before + Others).WaitAsync(s_limit);
            var label = volumes[0].LabelAsync(ImmutableSortedDictionary<string, string>.Empty.Add("waited", "for"));
            await writes.ReachAsync(before + Others + 1).WaitAsync(s_limit);
            calls = [.. claims, label];
        }

        await Task.WhenAll(calls).WaitAsync(s_limit);
        var versions = volumes.Select(volume => writes.VersionOf(volume.GetGrainId())).ToArray();

        // The first of the others was in its transaction already.
        versions.Skip(1).Count(version => version < versions[0]).ShouldBeLessThanOrEqualTo(1);
    }

    /// <summary>Counts the writes of volumes on their way to the store.</summary>
    private sealed class Writes(IGrainStorage store) : IGrainStorage
    {
        private readonly ConcurrentDictionary<GrainId, long> _versions = [];
        private readonly Lock _gate = new();
        private TaskCompletionSource _changed = New();
        private int _count;

        public int Count
        {
            get
            {
                lock (_gate) return _count;
            }
        }

        public long VersionOf(GrainId grain) => _versions[grain];

        public async Task ReachAsync(int count)
        {
            while (true)
            {
                Task changed;
                lock (_gate)
                {
                    if (_count >= count) return;
                    changed = _changed.Task;
                }

                await changed;
            }
        }

        public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => store.ReadStateAsync(stateName, grainId, grainState);

        public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => store.ClearStateAsync(stateName, grainId, grainState);

        public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            var writing = store.WriteStateAsync(stateName, grainId, grainState);
            if (grainId.Type.ToString() == "volume") Note();
            await writing;
            _versions[grainId] = long.Parse(grainState.ETag!, CultureInfo.InvariantCulture);
        }

        private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

        private void Note()
        {
            TaskCompletionSource changed;
            lock (_gate)
            {
                _count++;
                (changed, _changed) = (_changed, New());
            }

            changed.SetResult();
        }
    }
}
