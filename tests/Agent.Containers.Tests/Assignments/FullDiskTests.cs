using Microsoft.Extensions.Logging.Abstractions;
using Warren.Agent.Assignments;
using Warren.Nodes;
using Warren.Services;
using Warren.Tasks;
using Warren.TestSupport;

namespace Warren.Agent.Containers.Tests.Assignments;

/// <summary>A disk that takes no more writes.</summary>
public sealed class FullDiskTests
{
    private static readonly ServiceName s_service = new("web");

    [Fact]
    public async Task Save_DiskFull_KeepsTheEarlierVersionAndWritesTheLatestWhenThereIsRoom()
    {
        await using var disk = await SmallDisk.MountAsync(1);
        var path = Path.Combine(disk.Folder, "assignments.db");
        using (var store = new AssignmentStore(path, null, NullLogger<AssignmentStore>.Instance))
        {
            store.Load();
            store.Save(Book(1, 1));
            store.KeptVersion.ShouldBe(1);
            disk.Fill();
            store.Save(Book(2, 2_000));
            store.SaveEnds(KeyValuePair.Create(Id(1), new TaskObservation { State = TaskState.Complete, At = DateTimeOffset.UnixEpoch }));
            store.KeptVersion.ShouldBe(1);
            store.Retry();
            store.KeptVersion.ShouldBe(1);
            disk.Free();
            store.Retry();
            store.KeptVersion.ShouldBe(2);
        }

        using var again = new AssignmentStore(path, null, NullLogger<AssignmentStore>.Instance);
        var kept = again.Load();
        (kept.Book.Version, kept.Book.Tasks.Count, kept.Ends.Count).ShouldBe((2, 2_000, 1));
    }

    private static TaskId Id(int slot) => TaskId.Parse($"{s_service}.{slot}.1");

    private static AssignmentBook Book(long version, int tasks) => AssignmentBook.Empty.TryApply(
        new()
        {
            From = 0,
            To = version,
            IsEverything = true,
            Set = [.. Enumerable.Range(1, tasks).Select(slot => new TaskAssignment(Id(slot), 1, DesiredState.Running, new string('x', 100)))],
            Templates = [new() { Service = s_service, Version = 1, Container = new() { Image = "registry.test/app:1" } }],
        },
        isAnswer: true)!;
}
