using Warren.Grains.Scheduling;
using Warren.Grains.Tests.Testing;
using Warren.Nodes;
using Warren.Tasks;

namespace Warren.Grains.Tests.Scheduling;

public sealed class SchedulerBookTests
{
    private static readonly NodeId s_node = new("n1");
    private static readonly TimeSpan s_now = TimeSpan.FromMinutes(1);

    private readonly SchedulerBook _book = new();

    [Fact]
    public void Place_SentAndNotAnswered_IsNotPlacedAgain()
    {
        Learn(A.Node());
        _book.Enqueue(A.Pending(A.Service(), 2));
        _book.Place(s_now).Placed.ShouldBe(2);
        _book.Place(s_now).Placed.ShouldBe(0);
        _book.TakeBatch(s_node)!.Value.Length.ShouldBe(2);
        _book.Place(s_now).Placed.ShouldBe(0);
    }

    [Fact]
    public void TakeBatch_CallUnderWay_WaitsAndGoesAsOne()
    {
        Learn(A.Node());
        _book.Enqueue(A.Pending(A.Service("a"), 1));
        _book.Place(s_now);
        var first = _book.TakeBatch(s_node)!.Value;
        foreach (var name in new[] { "b", "c" })
        {
            _book.Enqueue(A.Pending(A.Service(name), 1));
            _book.Place(s_now);
            _book.TakeBatch(s_node).ShouldBeNull();
        }

        Answer(first, AdmissionResult.Admitted);
        _book.TakeBatch(s_node)!.Value.Length.ShouldBe(2);
    }

    [Fact]
    public void TakeBatch_WithdrawnMeanwhile_IsNotSent()
    {
        Learn(A.Node());
        var tasks = A.Pending(A.Service(), 2);
        _book.Enqueue(tasks);
        _book.Place(s_now);
        _book.Withdraw(tasks[0].Id);
        _book.TakeBatch(s_node)!.Value.Single().Task.Id.ShouldBe(tasks[1].Id);
    }

    [Fact]
    public void Answered_Refused_IsHeldBackLongerEachTimeAndExplained()
    {
        Learn(A.Node());
        _book.Enqueue(A.Pending(A.Service(), 1));
        var now = s_now;
        var waits = new List<double>();
        var told = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            _book.Place(now).Placed.ShouldBe(1);
            told.AddRange(Answer(_book.TakeBatch(s_node)!.Value, AdmissionResult.Refused, now, "no").Explain.Select(task => task.Reason));
            var (_, placed, _, due) = _book.Place(now);
            placed.ShouldBe(0);
            waits.Add((due!.Value - now).TotalMilliseconds);
            now = due.Value;
        }

        waits.ShouldBe([50, 100, 200]);
        told.ShouldBe(["no"]);
    }

    /// <summary>No moment is between: what was held back is placed, or it is said when it will be.</summary>
    [Fact]
    public void Place_ShortlyBeforeWhatIsHeldBackIsDue_SaysWhenItIs()
    {
        Learn(A.Node());
        _book.Enqueue(A.Pending(A.Service(), 1));
        _book.Place(s_now).Due.ShouldBeNull();
        Answer(_book.TakeBatch(s_node)!.Value, AdmissionResult.Refused);
        var due = s_now + TimeSpan.FromMilliseconds(50);
        _book.Place(due - TimeSpan.FromTicks(1)).ShouldSatisfyAllConditions(run => run.Placed.ShouldBe(0), run => run.Due.ShouldBe(due));
        _book.Place(due).ShouldSatisfyAllConditions(run => run.Placed.ShouldBe(1), run => run.Due.ShouldBeNull());
    }

    [Fact]
    public void Answered_NotWanted_IsForgotten()
    {
        Learn(A.Node());
        _book.Enqueue(A.Pending(A.Service(), 1));
        _book.Place(s_now);
        Answer(_book.TakeBatch(s_node)!.Value, AdmissionResult.NotWanted);
        _book.Pending.ShouldBe(0);
    }

    [Fact]
    public void Answered_Unknown_StaysAndItsServiceIsAsked()
    {
        Learn(A.Node());
        var tasks = A.Pending(A.Service(), 1);
        _book.Enqueue(tasks);
        _book.Place(s_now);
        Answer(_book.TakeBatch(s_node)!.Value, AdmissionResult.Unknown).Unknown.ShouldBe([tasks[0].Id]);
        _book.Pending.ShouldBe(1);
    }

    [Fact]
    public void Failed_Node_IsLeftOutUntilItsTimeOrUntilItIsHeardOf()
    {
        Learn(A.Node());
        _book.Enqueue(A.Pending(A.Service(), 1));
        _book.Place(s_now);
        _book.TakeBatch(s_node);
        _book.Failed(s_node, s_now);
        var (explain, placed, _, due) = _book.Place(s_now);
        placed.ShouldBe(0);
        explain.Single().Reason.ShouldBe("no suitable node: 1 unreachable");
        due.ShouldBe(s_now + TimeSpan.FromMilliseconds(100));
        Learn(A.Node() with { Version = 1 });
        _book.Place(s_now).Placed.ShouldBe(1);
    }

    [Fact]
    public void Answered_Late_EndsNoPlacementElsewhere()
    {
        Learn(A.Node());
        _book.Enqueue(A.Pending(A.Service(), 1));
        _book.Place(s_now);
        var sent = _book.TakeBatch(s_node)!.Value;
        _book.Failed(s_node, s_now);
        Learn(A.Node("n2"));
        _book.Place(s_now).Placed.ShouldBe(1);
        Answer(sent, AdmissionResult.Refused);
        _book.Snapshot(s_now).InFlight.Single().Node.ShouldBe(new NodeId("n2"));
    }

    [Fact]
    public void Learn_OlderVersion_ChangesNothing()
    {
        Learn(A.Node() with { Version = 5 });
        Learn((A.Node() with { Version = 4 }).Running("a.1.1", 1));
        _book.Snapshot(s_now).Nodes.Single().Reservations.ShouldBeEmpty();
        _book.Learn(s_node, null, 6);
        Learn(A.Node() with { Version = 9 });
        _book.Snapshot(s_now).Nodes.ShouldBeEmpty();
    }

    [Fact]
    public void Place_ReasonIsTheSame_IsNotToldAgain()
    {
        Learn(A.Node().With(NodeAvailability.Drained));
        _book.Enqueue(A.Pending(A.Service(), 2));
        _book.Place(s_now).Explain.Select(task => task.Reason).ShouldBe(["no suitable node: 1 drained", "no suitable node: 1 drained"]);
        _book.Place(s_now).Explain.ShouldBeEmpty();
        Learn(A.Node().With(NodeCondition.Lost) with { Version = 1 });
        _book.Place(s_now).Explain.Length.ShouldBe(2);
    }

    private void Learn(NodeRecord node) => _book.Learn(node.Id, node, node.Version);

    private (System.Collections.Immutable.ImmutableArray<Warren.Scheduling.BlockedTask> Explain, System.Collections.Immutable.ImmutableArray<TaskId> Unknown) Answer(
        IEnumerable<Placement> batch, AdmissionResult result, TimeSpan? now = null, string reason = "") =>
        _book.Answered(s_node, new([.. batch.Select(placement => new AdmissionAnswer(placement.Task.Id, result, reason))], A.Node()), now ?? s_now);
}
