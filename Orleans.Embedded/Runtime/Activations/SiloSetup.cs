using Orleans.Runtime.Membership;
using Orleans.Serialization.Invocation;

namespace Orleans.Runtime;

/// <summary>What a silo's runtime is built from, beyond what it shares with clients.</summary>
internal sealed record SiloSetup(
    ILocalSiloDetails Self,
    ClusterViewSource Views,
    IIncomingGrainCallFilter[] IncomingFilters,
    int MaxWaitingCalls,
    TimeSpan ActivationTimeout,
    TimeSpan DeactivationTimeout,
    TimeSpan CollectionAge,
    IReadOnlyDictionary<string, TimeSpan> CollectionAges,
    TimeSpan CollectionQuantum)
{
    /// <summary>Handles control frames that are not about grains.</summary>
    public Action<PeerId, byte, byte[]> OnOtherControl { get; set; } = static (_, _, _) => { };

    /// <summary>Which calls go before others; null: none.</summary>
    public ICallPrecedence? Precedence { get; init; }

    /// <summary>Asks for a newer view, when a message shows that there is one.</summary>
    public Action RequestView { get; set; } = static () => { };

    /// <summary>Told when a connection comes (true) or goes (false).</summary>
    public Action<PeerId, bool> OnPeer { get; set; } = static (_, _) => { };

    /// <summary>A silo is connected that may not be one any more.</summary>
    public Action<PeerId> OnBarred { get; set; } = static _ => { };
}
