using Microsoft.Extensions.Logging.Abstractions;
using Warren.Grains.Clusters;
using Warren.Hosting.Identities;
using Warren.Silo.Clusters;
using Warren.TestSupport;

namespace Warren.Silo.Tests.Clusters;

public sealed class TrustWatcherTests : IDisposable
{
    private const int Versions = 16;

    private readonly TempFolder _folder = TempFolder.Create("trust");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Changed_ManyVersionsAtOnce_TheLastIsKept()
    {
        // It is not written last each time.
        for (var round = 0; round < 20; round++)
        {
            var (folder, kept) = (new IdentityFolder(_folder.File($"{round}")), new TrustBoard());
            using var watcher = new TrustWatcher(folder, new(), null!, TimeProvider.System, NullLogger<TrustWatcher>.Instance);

            await Task.WhenAll(Enumerable.Range(1, Versions).Select(version => Task.Run(() => watcher.ChangedAsync(new() { Version = version }))));

            TrustWatcher.Restore(folder, kept);
            kept.Current.Version.ShouldBe(Versions);
        }
    }
}
