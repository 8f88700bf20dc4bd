using System.Globalization;

namespace Orleans.Runtime;

/// <summary>The identity of observer objects: the process they live in and a number.</summary>
internal static class ObserverIds
{
    public static readonly GrainType Type = GrainType.Create("sys.observer");

    private const char Separator = '+';

    public static GrainId Create(PeerId host, long number) => GrainId.Create(
        Type, (host.Silo is { } silo ? "s" + silo.ToParsableString() : $"c{host.Client:N}") + Separator + number.ToString(CultureInfo.InvariantCulture));

    public static bool IsObserver(GrainId grainId) => grainId.Type.Equals(Type);

    /// <summary>The process that hosts an observer; false when the id is malformed.</summary>
    public static bool TryGetHost(GrainId observer, out PeerId host)
    {
        host = default;
        var key = observer.Key.ToString();
        var end = key.LastIndexOf(Separator);
        if (end < 2) return false;
        if (key[0] == 's' && SiloAddress.TryParse(key[1..end], out var silo))
        {
            host = PeerId.OfSilo(silo);
            return true;
        }

        if (key[0] != 'c' || !Guid.TryParseExact(key.AsSpan(1, end - 1), "N", out var client)) return false;
        host = PeerId.OfClient(client);
        return true;
    }
}
