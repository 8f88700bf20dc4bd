using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime.Membership;
using Orleans.Serialization;

namespace Orleans.Embedded.Tests.Membership;

/// <summary>Agents in one process that reach one another directly, over one in-memory table.</summary>
internal sealed class AgentNetwork : IAsyncDisposable
{
    private readonly ConcurrentDictionary<SiloAddress, AgentHost> _hosts = new();
    private TaskCompletionSource _sent = NewSignal();

    public IMembershipTable Table { get; init; } = new InMemoryMembershipTable();

    public ClusterMembershipOptions Options { get; init; } = new();

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>What a host does on a probe of another, beside whether that one is there; null for nothing.</summary>
    public Func<SiloAddress, Task<ProbeResult>>? OnProbe { get; set; }

    public bool FailsToSend { get; set; }

    public ConcurrentQueue<(ImmutableArray<SiloAddress> Silos, bool ToClients, GossipMessage Message)> Sent { get; } = new();

    public AgentHost Add(int number, int generation = 1)
    {
        var host = new AgentHost(this, Cluster.Silo(number, generation));
        _hosts[host.Address] = host;
        return host;
    }

    public async Task<AgentHost> StartAsync(int number)
    {
        var host = Add(number);
        await host.Agent.JoinAsync(default).WaitAsync(TimeSpan.FromSeconds(20));
        return host;
    }

    /// <summary>Ends a silo as kill -9 does.</summary>
    public async Task KillAsync(AgentHost host)
    {
        _hosts.TryRemove(host.Address, out _);
        await host.Agent.DisposeAsync();
        foreach (var other in _hosts.Values) other.Agent.OnConnectionLost(host.Address);
    }

    public void OnSent(ImmutableArray<SiloAddress> silos, bool toClients, GossipMessage message)
    {
        Sent.Enqueue((silos, toClients, message));
        Interlocked.Exchange(ref _sent, NewSignal()).SetResult();
    }

    /// <summary>Waits until so many of the messages that were sent fulfil the condition.</summary>
    public async Task WhenSentAsync(Func<(ImmutableArray<SiloAddress> Silos, bool ToClients, GossipMessage Message), bool> condition, int count)
    {
        while (true)
        {
            var next = Volatile.Read(ref _sent).Task;
            if (Sent.Count(condition) >= count) return;
            await next.WaitAsync(TimeSpan.FromSeconds(20));
        }
    }

    public AgentHost? Find(SiloAddress silo) => _hosts.GetValueOrDefault(silo);

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _hosts.Values) await host.Agent.DisposeAsync();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>A silo's agent and what is around it.</summary>
internal sealed class AgentHost : ILocalSiloDetails, IPeerProber, IGossipSender, IOwnDeathHandler
{
    private readonly AgentNetwork _network;
    private readonly TaskCompletionSource<string> _death = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public AgentHost(AgentNetwork network, SiloAddress address)
    {
        (_network, SiloAddress) = (network, address);
        Views = new ClusterViewSource(NullLogger<ClusterViewSource>.Instance);
        Agent = new MembershipAgent(this, network.Table, this, this, this, Views, Options.Create(network.Options), network.Time, Log);
    }

    public MembershipAgent Agent { get; }

    public ClusterViewSource Views { get; }

    public RecordedLog Log { get; } = new();

    public int Deaths { get; private set; }

    public Task<string> Death => _death.Task;

    public SiloAddress Address => SiloAddress;

    public string Name => "silo-" + Cluster.NumberOf(SiloAddress);

    public string ClusterId => "test";

    public string DnsHostName => "host";

    public SiloAddress SiloAddress { get; }

    public SiloAddress? GatewayAddress => SiloAddress;

    /// <summary>Waits for a view, the present one included.</summary>
    public async Task<ClusterView> ViewAsync(Func<ClusterView, bool> condition)
    {
        var seen = new TaskCompletionSource<ClusterView>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var subscription = Views.Subscribe((_, now) =>
        {
            if (condition(now)) seen.TrySetResult(now);
        });
        if (condition(Views.Current)) return Views.Current;
        return await seen.Task.WaitAsync(TimeSpan.FromSeconds(20));
    }

    public void OnGossipOf(ClusterView view)
    {
        using var writer = new WireWriter();
        GossipMessage.Of(view).Write(writer);
        Agent.OnGossip(writer.WrittenSpan).ShouldBeTrue();
    }

    public async Task<ProbeResult> ProbeAsync(SiloAddress silo, CancellationToken cancellationToken)
    {
        if (_network.OnProbe is { } onProbe) return await onProbe(silo);
        return _network.Find(silo) is null ? ProbeResult.Refused : ProbeResult.Ok;
    }

    public void Broadcast(ReadOnlySpan<byte> payload, ImmutableArray<SiloAddress> silos, bool toClients)
    {
        if (_network.FailsToSend) throw new InvalidOperationException("planted");
        _network.OnSent(silos, toClients, GossipMessage.Read(payload));
        foreach (var silo in silos) _network.Find(silo)?.Agent.OnGossip(payload);
    }

    public void OnDeclaredDead(string reason)
    {
        Deaths++;
        _death.TrySetResult(reason);
    }
}

internal sealed class RecordedLog : ILogger<MembershipAgent>
{
    private readonly Lock _gate = new();
    private readonly List<(LogLevel Level, string Text)> _lines = [];
    private TaskCompletionSource _written = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IReadOnlyList<(LogLevel Level, string Text)> Lines
    {
        get
        {
            lock (_gate) return [.. _lines];
        }
    }

    /// <summary>Waits until a line with the text is there.</summary>
    public async Task WhenAsync(string text)
    {
        while (true)
        {
            Task written;
            lock (_gate)
            {
                if (_lines.Any(line => line.Text.Contains(text, StringComparison.Ordinal))) return;
                written = _written.Task;
            }

            await written.WaitAsync(TimeSpan.FromSeconds(20));
        }
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        TaskCompletionSource written;
        lock (_gate)
        {
            _lines.Add((logLevel, formatter(state, exception)));
            written = _written;
            _written = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        written.SetResult();
    }
}
