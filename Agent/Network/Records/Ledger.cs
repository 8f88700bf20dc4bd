using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Microsoft.Data.Sqlite;
using Warren.Agent.Network.Addresses;
using Warren.Agent.Network.Netlink;
using Warren.Agent.Network.Ports;
using Warren.Agent.Runtime;
using Warren.Containers;

namespace Warren.Agent.Network.Records;

/// <summary>
/// Who has which address and port. What is given out is on record before anybody can use it, and is free again once it is off the record.
/// Thread-safe.
/// </summary>
internal sealed class Ledger : IDisposable
{
    private const string AddressCursor = "address cursor", PortCursor = "port cursor";

    private readonly Lock _gate = new();
    private readonly NetworkOptions _options;
    private readonly IpSubnet _ipv4;
    private readonly IpSubnet? _ipv6;
    private readonly RecordFile _file;
    private readonly AddressPool _pool;
    private readonly PortTable _ports = new();
    private readonly Dictionary<ContainerId, Entry> _entries = [];
    private readonly HashSet<ContainerId> _unwritten = [];
    private int _portCursor;

    /// <summary>Takes over what is on record, and the file with it.</summary>
    public Ledger(NetworkOptions options, IpSubnet ipv4, IpSubnet? ipv6, RecordFile file)
    {
        (_options, _ipv4, _ipv6, _file) = (options, ipv4, ipv6, file);
        _pool = new(ipv4.PrefixLength, Number(file.GetFact(AddressCursor), 0));
        _portCursor = Number(file.GetFact(PortCursor), options.FirstHostPort - 1);
        foreach (var record in file.ReadAll()) Add(record, []);
    }

    /// <summary>All records.</summary>
    public ImmutableArray<AttachmentRecord> All
    {
        get
        {
            lock (_gate) return [.. _entries.Values.Select(entry => entry.Record).OrderBy(record => record.Id.Value, StringComparer.Ordinal)];
        }
    }

    /// <summary>The records of containers that are not being removed.</summary>
    public ImmutableArray<AttachmentRecord> Staying
    {
        get
        {
            lock (_gate) return [.. _entries.Values.Where(entry => !entry.IsLeaving).Select(entry => entry.Record)];
        }
    }

    public AttachmentRecord? Find(ContainerId id)
    {
        lock (_gate) return _entries.TryGetValue(id, out var entry) ? entry.Record : null;
    }

    /// <summary>Gives a container its address and ports and writes them down. One that has them keeps them.</summary>
    /// <exception cref="NetworkException">Something is taken; nothing is kept.</exception>
    public AttachmentRecord Take(NetworkRequest request, out bool isNew)
    {
        lock (_gate)
        {
            isNew = !_entries.TryGetValue(request.Id, out var entry);
            if (entry is not null)
            {
                entry.IsLeaving = false;
                return RequestRules.IsFor(request, entry.Record) ? entry.Record : throw new NetworkException(
                    NetworkFault.Failed, $"{request.Id} is connected in another way than is asked for now; it must be disconnected first");
            }

            var number = request.Mode == NetworkMode.Bridge ? TakeNumber() : null;
            var reservations = new List<PortReservation>();
            var cursor = _portCursor;
            try
            {
                var ports = TakePorts(request, reservations);
                var record = new AttachmentRecord(
                    request.Id, request.Mode, number, number is { } given ? _ipv4.At((uint)given) : null, number is { } same ? _ipv6?.At((uint)same) : null, ports);
                _file.Put(record, _unwritten, (AddressCursor, Text(_pool.Cursor)), (PortCursor, Text(_portCursor)));
                _unwritten.Clear();
                if (number is { } taken) _pool.Free(taken);
                Add(record, reservations);
                return record;
            }
            catch
            {
                if (number is { } taken) _pool.Free(taken);
                _portCursor = cursor;
                foreach (var reservation in reservations) reservation.Dispose();
                throw;
            }
        }
    }

    /// <summary>Takes a record over that was found in the kernel.</summary>
    public void Adopt(AttachmentRecord record)
    {
        lock (_gate)
        {
            if (_entries.ContainsKey(record.Id)) return;
            _file.Put(record, _unwritten);
            _unwritten.Clear();
            Add(record, []);
        }
    }

    /// <summary>Reserves the ports on record again, which an earlier process did and took with it.</summary>
    /// <returns>What cannot be reserved, a line each; it is published all the same.</returns>
    public IReadOnlyList<string> ReserveAgain()
    {
        lock (_gate)
        {
            var problems = new List<string>();
            foreach (var entry in _entries.Values.Where(entry => entry.Reservations.Count == 0))
            {
                foreach (var port in entry.Record.Ports)
                {
                    var (error, reservation) = PortReservation.TryTake(port.Protocol, port.HostAddress, port.HostPort, isShared: true);
                    if (reservation is not null) entry.Reservations.Add(reservation);
                    else problems.Add($"port {RequestRules.Name(port)} of {entry.Record.Id} is {Describe(error, port.Protocol, port.HostPort)}");
                }
            }

            return problems;
        }
    }

    /// <summary>Notes that a container is being removed. Its address and ports stay taken.</summary>
    public AttachmentRecord? BeginLeaving(ContainerId id)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(id, out var entry)) return null;
            entry.IsLeaving = true;
            return entry.Record;
        }
    }

    /// <summary>
    /// Frees what a container had, also if the disk is too full to write that down: it is written together with the next record, so that no two are ever on record for one thing, and an
    /// agent that starts before that finds a container that does not exist.
    /// </summary>
    public void Remove(ContainerId id)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(id, out var entry)) return;
            TryWriteRemoved(id);
            _entries.Remove(id);
            if (entry.Record.Number is { } number) _pool.Free(number);
            foreach (var port in entry.Record.Ports) _ports.Remove(id, port);
            foreach (var reservation in entry.Reservations) reservation.Dispose();
        }
    }

    private void TryWriteRemoved(ContainerId id)
    {
        _unwritten.Add(id);
        try
        {
            _file.Remove(_unwritten);
            _unwritten.Clear();
        }
        catch (SqliteException failure) when (failure.SqliteErrorCode == RecordFile.DiskFull)
        {
            // With the next record.
        }
    }

    public string? GetFact(string name)
    {
        lock (_gate) return _file.GetFact(name);
    }

    public void PutFact(string name, string value)
    {
        lock (_gate) _file.PutFact(name, value);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var reservation in _entries.Values.SelectMany(entry => entry.Reservations)) reservation.Dispose();
            _file.Dispose();
        }
    }

    private void Add(AttachmentRecord record, List<PortReservation> reservations)
    {
        _entries.Add(record.Id, new(record, reservations));
        if (record.Number is { } number) _pool.Add(number);
        foreach (var port in record.Ports) _ports.Add(record.Id, port);
    }

    private int? TakeNumber() => _pool.Take() ?? throw new NetworkException(
        NetworkFault.AddressesExhausted,
        $"all {_pool.Size} addresses of the containers' subnet {_ipv4} are taken; remove containers, or give the node a larger subnet");

    private ImmutableArray<PublishedPort> TakePorts(NetworkRequest request, List<PortReservation> reservations)
    {
        var taken = new List<PublishedPort>();
        var conflicts = new List<string>();
        // Ports that are asked for by number first, lest one of them is chosen for another.
        foreach (var spec in request.Ports.OrderBy(spec => spec.HostPort is null))
        {
            var address = spec.HostAddress is null ? null : IPAddress.Parse(spec.HostAddress);
            if (spec.HostPort is not { } port)
            {
                if (conflicts.Count == 0) taken.Add(ChoosePort(spec, address, taken, reservations));
                continue;
            }

            var published = new PublishedPort(spec.Protocol, address, port, spec.ContainerPort);
            var isTwice = taken.Any(other => other.Protocol == spec.Protocol && other.HostPort == port && PortTable.Meet(other.HostAddress, address));
            var problem = isTwice ? "asked for twice"
                : _ports.FindOwner(spec.Protocol, address, port) is { } owner ? $"published by container {owner}"
                : Reserve(published, reservations);
            if (problem is null) taken.Add(published);
            else conflicts.Add($"port {RequestRules.Name(published)} is {problem}");
        }

        if (conflicts.Count > 0) throw new NetworkException(NetworkFault.PortConflict, $"{request.Id} cannot publish: {string.Join("; ", conflicts)}");
        return RequestRules.InOrderOf(request.Ports, taken);
    }

    private PublishedPort ChoosePort(PortSpec spec, IPAddress? address, List<PublishedPort> taken, List<PortReservation> reservations)
    {
        var count = _options.LastHostPort - _options.FirstHostPort + 1;
        for (var i = 0; i < count; i++)
        {
            _portCursor = _portCursor < _options.FirstHostPort || _portCursor >= _options.LastHostPort ? _options.FirstHostPort : _portCursor + 1;
            if (_ports.FindOwner(spec.Protocol, address, _portCursor) is not null) continue;
            if (taken.Any(port => port.Protocol == spec.Protocol && port.HostPort == _portCursor)) continue;
            var (error, reservation) = PortReservation.TryTake(spec.Protocol, address, _portCursor, isShared: false);
            if (reservation is null && error == Libc.AddressInUse) continue;
            var published = new PublishedPort(spec.Protocol, address, _portCursor, spec.ContainerPort);
            reservations.Add(reservation ?? throw new NetworkException(
                NetworkFault.Prerequisite, $"port {RequestRules.Name(published)} is {Describe(error, spec.Protocol, _portCursor)}"));
            return published;
        }

        throw new NetworkException(
            NetworkFault.PortConflict, $"all ports of the node from {_options.FirstHostPort} to {_options.LastHostPort} are taken for {spec.Protocol}");
    }

    /// <returns>Why not; null if it is reserved.</returns>
    private static string? Reserve(PublishedPort port, List<PortReservation> reservations)
    {
        var (error, reservation) = PortReservation.TryTake(port.Protocol, port.HostAddress, port.HostPort, isShared: false);
        if (error == Libc.AddressInUse && PortHolder.Find(port.Protocol, port.HostPort) is null)
            (error, reservation) = PortReservation.TryTake(port.Protocol, port.HostAddress, port.HostPort, isShared: true);
        if (reservation is null) return Describe(error, port.Protocol, port.HostPort);
        reservations.Add(reservation);
        return null;
    }

    private static string Describe(int error, PortProtocol protocol, int port) => error switch
    {
        Libc.AddressInUse => $"in use by {PortHolder.Find(protocol, port) ?? "a socket of this node that does not listen"}",
        Libc.AddressNotAvailable => "at an address that this node does not have",
        _ => $"not to be had: {Libc.Describe(error)}",
    };

    private static int Number(string? text, int fallback) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : fallback;

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private sealed record Entry(AttachmentRecord Record, List<PortReservation> Reservations)
    {
        public bool IsLeaving { get; set; }
    }
}
