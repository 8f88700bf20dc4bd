using Orleans.Runtime.Membership;

namespace Orleans.Embedded.Tests.Membership.Simulation;

/// <summary>A table behind a network: calls take time, and while it is down they fail, some after they were carried out.</summary>
internal sealed class SimulatedTable(SimulatedCluster cluster)
{
    private InMemoryMembershipTable _table = new();

    public bool IsDown { get; set; }

    /// <summary>While it is down: the share of writes that are carried out though the caller is told of a failure.</summary>
    public double DoneThoughFailed { get; set; }

    /// <summary>Deaths that one silo declared of another: who, by whom, when.</summary>
    public List<(SiloAddress Silo, SiloAddress By, TimeSpan At, string Row)> Deaths { get; } = [];

    public MembershipTableData Content => Now(_table.ReadAll());

    public SiloStatus StatusOf(SiloAddress silo) => Content.TryGet(silo)?.Item1.Status ?? SiloStatus.None;

    /// <summary>Puts an older state in place of the present one, as a fail-over that lost commits does.</summary>
    public void GoBackTo(MembershipTableData old)
    {
        _table = new InMemoryMembershipTable(old.Version.Version - old.Members.Count);
        Now(_table.InitializeMembershipTable(true).ContinueWith(_ => true, TaskContinuationOptions.ExecuteSynchronously));
        foreach (var (entry, _) in old.Members) Now(_table.InsertRow(entry, Content.Version.Next())).ShouldBeTrue();
        Content.Version.Version.ShouldBe(old.Version.Version);
    }

    public void DeleteRow(SiloAddress silo)
    {
        var rest = Content.Members.Where(row => !row.Item1.SiloAddress.Equals(silo)).ToList();
        GoBackTo(new MembershipTableData(rest, Content.Version));
    }

    public void Call(SimulatedSilo caller, TableCall call) => cluster.In(cluster.Latency(), () =>
    {
        var isWrite = call is not TableCall.ReadAll and not TableCall.Initialise;
        if (IsDown && !(isWrite && cluster.Random.NextDouble() < DoneThoughFailed))
        {
            Answer(new MembershipInput.TableFailed(new TimeoutException("The table is down.")));
            return;
        }

        var result = CarryOut(caller, call);
        Answer(IsDown ? new MembershipInput.TableFailed(new TimeoutException("The table went down.")) : result);

        void Answer(MembershipInput answer) => cluster.In(cluster.Latency(), () => caller.Give(answer));
    });

    private MembershipInput CarryOut(SimulatedSilo caller, TableCall call)
    {
        switch (call)
        {
            case TableCall.Initialise:
                _ = _table.InitializeMembershipTable(true);
                return new MembershipInput.TableInitialised();
            case TableCall.ReadAll:
                return new MembershipInput.TableRead(Content);
            case TableCall.Insert insert:
                return new MembershipInput.TableWritten(Now(_table.InsertRow(insert.Entry, insert.Version)));
            case TableCall.Update update:
                var before = StatusOf(update.Entry.SiloAddress);
                var done = Now(_table.UpdateRow(update.Entry, update.ETag, update.Version));
                if (done) OnUpdated(caller, update.Entry, before);
                return new MembershipInput.TableWritten(done);
            case TableCall.SignOfLife sign:
                _ = _table.UpdateIAmAlive(sign.Entry);
                return new MembershipInput.TableWritten(true);
            default:
                _ = _table.CleanupDefunctSiloEntries(((TableCall.CleanUp)call).Before);
                return new MembershipInput.TableWritten(true);
        }
    }

    private void OnUpdated(SimulatedSilo caller, MembershipEntry entry, SiloStatus before)
    {
        // Statuses only advance, and nobody comes back from the dead.
        ((int)entry.Status).ShouldBeGreaterThanOrEqualTo((int)before, cluster.Describe());
        if (entry.Status == SiloStatus.Dead && !caller.Address.Equals(entry.SiloAddress))
            Deaths.Add((entry.SiloAddress, caller.Address, cluster.Now, entry.ToFullString()));
    }

    private static T Now<T>(Task<T> task) => task.IsCompletedSuccessfully ? task.Result : throw new InvalidOperationException("It did not end at once.");
}
