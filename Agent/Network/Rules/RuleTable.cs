using System.Security.Cryptography;
using System.Text;
using Warren.Agent.Network.Addresses;
using Warren.Agent.Network.Netlink;
using Warren.Agent.Network.Records;

namespace Warren.Agent.Network.Rules;

/// <summary>
/// Our nftables table in the kernel. Its rules are written by <c>nft</c> and only when they are not as they should be; the published ports,
/// elements of its maps, by netlink with each container. Thread-safe.
/// </summary>
internal sealed class RuleTable : IDisposable
{
    private readonly Lock _gate = new();

    // Kept open: closing one makes the kernel finish what was removed before, which takes it some tens of milliseconds.
    private readonly NetlinkSocket _socket = NetlinkSocket.Open(NetlinkSocket.Netfilter);
    private readonly string _table;
    private readonly string _text;
    private readonly string _textHash;
    private readonly LoopAddresses? _loop;
    private readonly IReadOnlyList<string> _maps;

    public RuleTable(NetworkOptions options, IpSubnet ipv4, IpSubnet? ipv6)
    {
        _table = options.Table;
        _text = Ruleset.Table(options, ipv4, ipv6);
        _textHash = Hash(_text);
        _loop = ipv6 is null ? null : LoopAddresses.Of(ipv6);
        _maps = PortMaps.Names(ipv6 is not null);
    }

    /// <summary>What the table looked like after it was written, with what was written; for the next start. Null before the first.</summary>
    public string? Fingerprint { get; private set; }

    /// <summary>Makes table and elements what they should be, in one transaction; changes nothing if they are.</summary>
    /// <param name="attachments">Reads the containers whose ports are published; called when nothing else changes the table.</param>
    /// <param name="knownFingerprint">The last <see cref="Fingerprint"/>, possibly of an earlier process.</param>
    /// <returns>What was put right; null if nothing was wrong.</returns>
    public string? Ensure(Func<IEnumerable<AttachmentRecord>> attachments, string? knownFingerprint)
    {
        lock (_gate)
        {
            var wanted = attachments().SelectMany(record => PortMaps.ElementsOf(record, _loop)).ToHashSet();
            if (ReadFingerprint() is not { } found || found != knownFingerprint)
            {
                NftProgram.Apply(Ruleset.Replacing(_table, _text, wanted), $"write the table {_table}");
                Fingerprint = ReadFingerprint();
                return $"wrote the nftables table {_table} with {wanted.Count} elements";
            }

            Fingerprint = found;
            var present = ListElements();
            MapElement[] stray = [.. present.Where(element => !wanted.Contains(element))];
            MapElement[] missing = [.. wanted.Where(element => !present.Contains(element))];
            if (stray.Length == 0 && missing.Length == 0) return null;
            Change(stray, missing);
            return $"removed {stray.Length} and added {missing.Length} elements in the nftables table {_table}";
        }
    }

    /// <summary>Publishes a container's ports. What another left at the same places is replaced.</summary>
    public void Publish(AttachmentRecord record)
    {
        MapElement[] elements = [.. PortMaps.ElementsOf(record, _loop)];
        if (elements.Length == 0) return;
        lock (_gate)
        {
            try
            {
                Change([], elements);
            }
            catch (NetlinkException exception) when (exception.Error is Libc.Exists or Libc.Busy)
            {
                var present = ListElements();
                Change(present.Where(old => elements.Any(element => element.Map == old.Map && element.Key.Span.SequenceEqual(old.Key.Span))), elements);
            }
        }
    }

    /// <summary>Takes a container's ports back.</summary>
    public void Unpublish(AttachmentRecord record)
    {
        MapElement[] elements = [.. PortMaps.ElementsOf(record, _loop)];
        if (elements.Length == 0) return;
        lock (_gate)
        {
            try
            {
                Change(elements, []);
            }
            catch (NetlinkException exception) when (exception.Error == Libc.NoEntry)
            {
                var present = ListElements();
                Change(elements.Where(present.Contains), []);
            }
        }
    }

    /// <summary>The elements of the table; none if it is gone.</summary>
    public IReadOnlySet<MapElement> ReadElements()
    {
        lock (_gate) return ListElements();
    }

    /// <summary>Sends other requests to the kernel's filter.</summary>
    public void Execute(NetlinkBatch batch)
    {
        lock (_gate) _socket.Execute(batch);
    }

    public void Dispose() => _socket.Dispose();

    private HashSet<MapElement> ListElements()
    {
        var found = new HashSet<MapElement>();
        foreach (var map in _maps)
        {
            try
            {
                found.UnionWith(_socket.List(NftMessages.List(_table, map)).SelectMany(message => NftMessages.Parse(map, message)));
            }
            catch (NetlinkException exception) when (exception.Error == Libc.NoEntry)
            {
                // The map or the whole table is gone; Ensure brings it back.
            }
        }

        return found;
    }

    private void Change(IEnumerable<MapElement> remove, IEnumerable<MapElement> add)
    {
        var batch = NftMessages.Change(_table, remove, add);
        // Only the two marks: nothing to change.
        if (batch.Requests.Count > 2) _socket.Execute(batch);
    }

    /// <summary>Hashes of what we write and of the rules that nft lists; null without a table.</summary>
    private string? ReadFingerprint()
    {
        var listing = NftProgram.Run("nft", ["-s", "-t", "list", "table", "inet", _table]);
        if (listing.ExitCode == 0) return $"{_textHash}:{Hash(listing.Output)}";
        if (listing.Errors.Contains("No such file or directory", StringComparison.Ordinal)) return null;
        throw new NetworkException(NetworkFault.Failed, $"nft could not list the table {_table}: {listing.Errors}");
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16];
}
