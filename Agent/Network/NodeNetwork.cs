using System.Collections.Immutable;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Warren.Agent.Network.Addresses;
using Warren.Agent.Network.Namespaces;
using Warren.Agent.Network.Netlink;
using Warren.Agent.Network.Records;
using Warren.Agent.Network.Rules;
using Warren.Agent.Runtime;
using Warren.Containers;

namespace Warren.Agent.Network;

/// <summary>
/// The steps of <see cref="NetworkPlane"/>, each on the thread that calls it, which must be one that may wait. Steps for one container
/// must not overlap; all else may.
/// </summary>
internal sealed partial class NodeNetwork : IDisposable
{
    private const string RulesFact = "rules";

    private readonly ILogger _logger;
    private readonly NodeLinks _node;
    private readonly NodeSettings _settings;
    private readonly RuleTable _rules;
    private readonly ForwardFilters _filters;
    private readonly NamespaceFolder _namespaces;
    private readonly ContainerLinks _links;
    private readonly Ledger _ledger;
    private readonly Lock _nodeGate = new();

    /// <summary>Opens the records; changes nothing in the kernel.</summary>
    public NodeNetwork(NetworkOptions options, ILogger logger)
    {
        _logger = logger;
        IpSubnet.TryParse(options.Subnet, out var ipv4);
        IpSubnet.TryParse(options.Ipv6Subnet, out var ipv6);
        if (ipv6 is not null && !NodeSettings.KernelHasIpv6)
        {
            LogNoIpv6(options.Ipv6Subnet!);
            ipv6 = null;
        }

        CheckRights();
        _namespaces = new(options.NamespaceFolder);
        _namespaces.Create();
        _node = new(options, ipv4!, ipv6);
        _settings = new(options, ipv6 is not null);
        _rules = new(options, ipv4!, ipv6);
        _filters = new(options);
        _links = new(_namespaces, ipv4!, ipv6);
        RecordFile? file = null;
        try
        {
            _node.Check();
            file = OpenRecords(options.DataFile, out var isNew);
            _ledger = new(options, ipv4!, ipv6, file);
            if (isNew) Rebuild(new KernelRecords(_namespaces, ipv4!, ipv6));
            CheckSubnets(ipv4!, ipv6);
        }
        catch
        {
            file?.Dispose();
            _rules.Dispose();
            throw;
        }
    }

    public ImmutableArray<AttachmentRecord> Attachments => _ledger.All;

    public string NamespaceOf(ContainerId id) => _namespaces.PathOf(id);

    /// <summary>Makes what the node needs and lacks.</summary>
    public void EnsureNode()
    {
        lock (_nodeGate)
        {
            foreach (var change in _node.Ensure()) LogChange(change);
            foreach (var change in _settings.EnsureInterfaces()) LogChange(change);
            foreach (var change in _node.EnsureAddresses()) LogChange(change);
            // Rules come before forwarding, so that the node never passes on what they keep out.
            if (_rules.Ensure(() => _ledger.Staying, _ledger.GetFact(RulesFact)) is { } written) LogChange(written);
            if (_rules.Fingerprint is { } fingerprint && fingerprint != _ledger.GetFact(RulesFact)) _ledger.PutFact(RulesFact, fingerprint);
            foreach (var change in _settings.EnsureForwarding()) LogChange(change);
            foreach (var change in _filters.Ensure()) LogChange(change);
        }
    }

    public void ReservePorts()
    {
        foreach (var problem in _ledger.ReserveAgain()) LogNotReserved(problem);
    }

    /// <summary>Containers whose namespace is there and whose cable is missing or out of the bridge.</summary>
    public IReadOnlyList<ContainerId> FindCutOff()
    {
        var cables = _node.ListCables();
        return
        [
            .. _ledger.Staying
                .Where(record => record.Ipv4 is not null && _namespaces.Exists(record.Id))
                .Where(record => !cables.TryGetValue(LinkNames.OutsideOf(record.Id), out var cable) || cable.Master is null || !cable.IsUp)
                .Select(record => record.Id),
        ];
    }

    /// <summary>Connects a container again. The thread must be a <see cref="DedicatedThread"/>.</summary>
    public void Reconnect(ContainerId id)
    {
        if (_ledger.Find(id) is not { } record || !_namespaces.Exists(id)) return;
        _links.Ensure(record, _node.BridgeIndex, _node.Mtu);
        LogChange($"connected {id} again");
    }

    /// <summary>The first step of connecting: address and ports, on record; and whether they were not before.</summary>
    public (AttachmentRecord Record, bool IsNew) Take(NetworkRequest request) => (_ledger.Take(request, out var isNew), isNew);

    /// <summary>Makes namespace and interfaces. The thread must be a <see cref="DedicatedThread"/>, and is lost.</summary>
    public void Connect(AttachmentRecord record) => _links.Ensure(record, _node.BridgeIndex, _node.Mtu);

    public void Publish(AttachmentRecord record)
    {
        _rules.Publish(record);
        var batch = new NetlinkBatch();
        foreach (var port in record.Ports.Where(port => port.Protocol == PortProtocol.Udp))
            batch.ForgetDatagramsTo(AddressFamily.InterNetwork, port.HostPort).ForgetDatagramsTo(AddressFamily.InterNetworkV6, port.HostPort);
        Forget(batch);
    }

    /// <summary>Removes all that a container may have, with or without a record.</summary>
    /// <returns>What was removed, in words; empty if nothing was there.</returns>
    public string Remove(ContainerId id)
    {
        var removed = new List<string>();
        var record = _ledger.BeginLeaving(id);
        if (record is not null)
        {
            _rules.Unpublish(record);
            if (record.Ports.Length > 0) Forget(record.Addresses.Aggregate(new NetlinkBatch(), (batch, address) => batch.ForgetAnswersOf(address)));
        }

        if (ContainerLinks.RemoveLink(id)) removed.Add("interface");
        if (_namespaces.Remove(id)) removed.Add("namespace");
        if (record is not null)
        {
            // Only now may another container get them.
            _ledger.Remove(id);
            removed.Add($"addresses {string.Join(", ", record.Addresses)} and {record.Ports.Length} ports");
        }

        return string.Join(", ", removed);
    }

    /// <summary>Containers of which anything is left.</summary>
    public ImmutableHashSet<ContainerId> FindAll() => [.. _namespaces.List(), .. _ledger.All.Select(record => record.Id)];

    /// <summary>Removes cables and elements that belong to none of the containers on record.</summary>
    public IReadOnlyList<string> RemoveStrays()
    {
        var removed = new List<string>();
        // First the kernel, then the records: what is made meanwhile is on record before.
        var cables = _node.ListCables();
        var known = _ledger.All.Select(record => LinkNames.OutsideOf(record.Id)).ToHashSet();
        foreach (var (name, cable) in cables.Where(cable => !known.Contains(cable.Key)))
        {
            if (ContainerLinks.RemoveLink(name)) removed.Add($"interface {name} ({cable.Alias ?? "no alias"})");
        }

        if (_rules.Ensure(() => _ledger.Staying, _ledger.GetFact(RulesFact)) is { } change) removed.Add(change);
        return removed;
    }

    public void Dispose()
    {
        _ledger.Dispose();
        _rules.Dispose();
    }

    private static void CheckRights()
    {
        if (!Environment.IsPrivilegedProcess)
            throw new NetworkException(NetworkFault.Prerequisite, "the network of containers is made by root; this process is not");
        if (NftProgram.Find("nft") is null)
            throw new NetworkException(NetworkFault.Prerequisite, "nft is not installed, which publishes containers' ports: apt-get install nftables");
    }

    /// <summary>Opens the file; one that is damaged is put aside, and what it said is read from the kernel.</summary>
    private RecordFile OpenRecords(string path, out bool isNew)
    {
        try
        {
            var file = RecordFile.Open(path, out isNew);
            try
            {
                file.ReadAll();
                return file;
            }
            catch
            {
                file.Dispose();
                throw;
            }
        }
        catch (InvalidDataException exception)
        {
            LogDamaged(exception, path, path + ".damaged");
            File.Move(path, path + ".damaged", overwrite: true);
            foreach (var companion in (string[])[path + "-wal", path + "-shm"]) File.Delete(companion);
            return RecordFile.Open(path, out isNew);
        }
    }

    private void Rebuild(KernelRecords kernel)
    {
        foreach (var record in kernel.Read(_rules.ReadElements()))
        {
            _ledger.Adopt(record);
            LogRebuilt(record.Id, string.Join(", ", record.Addresses), record.Ports.Length);
        }
    }

    private void CheckSubnets(IpSubnet ipv4, IpSubnet? ipv6)
    {
        var strangers = _ledger.All.Where(record =>
            (record.Ipv4 is { } four && !ipv4.Contains(four)) || (record.Ipv6 is { } six && ipv6?.Contains(six) != true)).ToArray();
        if (strangers.Length == 0) return;
        throw new NetworkException(
            NetworkFault.Prerequisite,
            $"{strangers.Length} containers have addresses outside the subnets {ipv4}, {ipv6?.ToString() ?? "no IPv6"}, such as {strangers[0].Id} with "
            + $"{string.Join(", ", strangers[0].Addresses)}: remove them under the former subnets before these are changed");
    }

    /// <summary>A kernel that cannot forget connections costs those of clients that keep sending; nothing else depends on it.</summary>
    private void Forget(NetlinkBatch batch)
    {
        if (batch.Requests.Count == 0) return;
        try
        {
            _rules.Execute(batch);
        }
        catch (NetlinkException exception)
        {
            LogNotForgotten(exception.Message);
        }
    }
}
