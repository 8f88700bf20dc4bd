using Orleans.Configuration;
using Orleans.Runtime.Membership;

namespace Orleans.Embedded.Tests.Membership.Simulation;

/// <summary>
/// Silos' membership machines over a simulated network and table, in virtual time. Messages take random times (so they overtake one
/// another), gossip may be lost or come twice, links may be cut, silos paused or killed, the table may fail. Deterministic by its seed.
/// </summary>
internal sealed class SimulatedCluster
{
    private readonly PriorityQueue<Action, (TimeSpan, long)> _events = new();
    private readonly Dictionary<SiloAddress, SimulatedSilo> _silos = [];
    private readonly HashSet<(int, int)> _cutLinks = [];
    private readonly Dictionary<long, string> _activeByVersion = [];
    private long _lastEvent;

    public SimulatedCluster(int seed, ClusterMembershipOptions? options = null)
    {
        Random = new Random(seed);
        Settings = new MembershipSettings(options ?? new ClusterMembershipOptions());
        Table = new SimulatedTable(this);
    }

    public Random Random { get; }

    public MembershipSettings Settings { get; }

    public TimeSpan Now { get; private set; }

    public SimulatedTable Table { get; }

    /// <summary>The share of gossip messages that are lost; as many come twice.</summary>
    public double Loss { get; set; }

    public IReadOnlyCollection<SimulatedSilo> Silos => _silos.Values;

    /// <summary>How many requests to probe were sent.</summary>
    public int Asks { get; set; }

    /// <summary>What happened, for the message of a failed assertion.</summary>
    public List<string> Log { get; } = [];

    public SimulatedSilo this[int number] => _silos.Values.Last(silo => silo.Number == number);

    /// <summary>Starts the silo of a number, as its next life.</summary>
    public SimulatedSilo Start(int number, TimeSpan wallClockOffset = default)
    {
        var generation = 1 + _silos.Values.Count(silo => silo.Number == number);
        var silo = new SimulatedSilo(this, number, generation, wallClockOffset);
        _silos.Add(silo.Address, silo);
        silo.Begin();
        return silo;
    }

    /// <summary>Starts silos 1 to <paramref name="count"/> and runs until all are active.</summary>
    public void StartAll(int count, Func<int, TimeSpan>? wallClockOffset = null)
    {
        for (var number = 1; number <= count; number++) Start(number, wallClockOffset?.Invoke(number) ?? TimeSpan.Zero);
        RunUntil(() => Silos.All(silo => silo.Machine.View.Active.Length == count), TimeSpan.FromSeconds(Loss > 0 ? 75 : 20), "all are active and know it");
    }

    public void CutLink(int a, int b) => _cutLinks.Add(Link(a, b));

    public void MendLink(int a, int b) => _cutLinks.Remove(Link(a, b));

    public bool IsCut(int a, int b) => _cutLinks.Contains(Link(a, b));

    public bool IsKilled(SiloAddress address) => !_silos.TryGetValue(address, out var silo) || silo.IsKilled;

    public SimulatedSilo? Find(SiloAddress address) => _silos.GetValueOrDefault(address);

    /// <summary>Whether a process, of whichever life, listens at the endpoint.</summary>
    public SimulatedSilo? ListenerAt(SiloAddress address) =>
        _silos.Values.LastOrDefault(silo => !silo.IsKilled && silo.Address.Endpoint.Equals(address.Endpoint));

    public void In(TimeSpan delay, Action action) => _events.Enqueue(action, (Now + delay, ++_lastEvent));

    /// <summary>The time a message takes.</summary>
    public TimeSpan Latency() => TimeSpan.FromMilliseconds(0.2 + (Random.NextDouble() < 0.9 ? 5 : 60) * Random.NextDouble());

    public void Run(TimeSpan time) => RunUntil(() => false, time, null);

    /// <summary>Runs until the condition holds; fails when it does not within the time.</summary>
    public TimeSpan RunUntil(Func<bool> condition, TimeSpan limit, string? what)
    {
        var (start, end) = (Now, Now + limit);
        while (!condition())
        {
            if (!_events.TryPeek(out _, out var at) || at.Item1 > end)
            {
                Now = end;
                if (what is not null) throw new ShouldAssertException($"not within {limit}: {what}\n{Describe()}");
                break;
            }

            var action = _events.Dequeue();
            Now = at.Item1;
            action();
        }

        return Now - start;
    }

    /// <summary>All views of one version have the same active silos, and so the same owner of every grain.</summary>
    public void OnView(ClusterView view)
    {
        var active = string.Join(", ", view.Active);
        if (!_activeByVersion.TryAdd(view.Version.Value, active))
            _activeByVersion[view.Version.Value].ShouldBe(active, $"version {view.Version}\n{Describe()}");
    }

    public void Note(string what) => Log.Add($"{Now.TotalSeconds,8:0.000} {what}");

    public string Describe() => string.Join('\n', Log.TakeLast(120));

    private static (int, int) Link(int a, int b) => (Math.Min(a, b), Math.Max(a, b));
}
