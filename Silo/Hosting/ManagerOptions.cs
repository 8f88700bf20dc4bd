using Microsoft.Extensions.Logging;
using System.Net;
using Warren.Clusters;
using Warren.Grains.Clusters;
using Warren.Grains.Nodes;
using Warren.Hosting.Identities;
using Warren.Hosting.Joining;
using Warren.Hosting.Managers;
using Warren.Security;
using Warren.Silo.Images;
using Warren.Silo.Stores;

namespace Warren.Silo.Hosting;

/// <summary>Settings of a manager. All problems are reported together, before anything is started.</summary>
public sealed record ManagerOptions
{
    /// <summary>The name in logs and in the list of managers. Default: the machine's name.</summary>
    public string Name { get; init; } = Environment.MachineName;

    /// <summary>The folder of the store, which is made. Default: <c>/var/lib/warren/manager</c>.</summary>
    public string DataDirectory { get; init; } = "/var/lib/warren/manager";

    /// <summary>Where state is kept. Default: <see cref="StoreKind.Sqlite"/>.</summary>
    public StoreKind Store { get; init; }

    /// <summary>
    /// With <see cref="StoreKind.Postgres"/>: a file that holds the connection string, so that its password is no argument that every user of the
    /// machine can read. Default: none.
    /// </summary>
    public string? PostgresFile { get; init; }

    /// <summary>
    /// The file with the key under which the data key of the cluster lies in the store: 64 hexadecimal digits, readable for its owner alone. Managers that share a store share the
    /// key: it must be given where they have their identities from elsewhere, and is handed to those that join by token. Default: <c>data.key</c> in
    /// <see cref="DataDirectory"/>, which is made at the first start or comes with joining.
    /// </summary>
    public string? DataKeyFile { get; init; }

    /// <summary>
    /// A file with the passphrase that the key file is locked with, readable for its owner alone, or <c>-</c> for the first line of standard input. A key file
    /// that is not locked is locked by it at the start. Default: none; a key file that is locked is then refused.
    /// </summary>
    public string? PassphraseFile { get; init; }

    /// <summary>Whether the key file is left without a passphrase, once it was opened by <see cref="PassphraseFile"/>. Default: false.</summary>
    public bool RemovesPassphrase { get; init; }

    /// <summary>The address by which other processes reach this manager. Default: 127.0.0.1, for one machine.</summary>
    public string Address { get; init; } = "127.0.0.1";

    /// <summary>The port for managers, workers and clients, 1 to 65535. Default: 2390.</summary>
    public int Port { get; init; } = 2390;

    /// <summary>
    /// The unix socket on which the API is served to whoever may open it, which is this process's user alone; at most 107 bytes. Default:
    /// <c>/run/warren/warren.sock</c>.
    /// </summary>
    public string ApiSocket { get; init; } = "/run/warren/warren.sock";

    /// <summary>The port of <see cref="Address"/> on which the API is served to callers with a certificate, 1 to 65535; only with an identity. Default: 2377.</summary>
    public int ApiPort { get; init; } = 2377;

    /// <summary>
    /// The port of <see cref="Address"/> on which the API is served as REST, with probes, metrics and the OpenAPI document, to callers with a token or a certificate, 1 to
    /// 65535; only with an identity. Default: 2378.
    /// </summary>
    public int RestPort { get; init; } = 2378;

    /// <summary>
    /// What this manager proves its identity with, if that was made elsewhere. Default: none; the folder <c>identity</c> in <see cref="DataDirectory"/> has it,
    /// which the manager fills at its first start, by <see cref="Token"/> or by making a cluster.
    /// </summary>
    public IdentityFiles? Identity { get; init; }

    /// <summary>What it joins a cluster with that is there already. Default: none. Of no meaning once it has joined.</summary>
    public JoinToken? Token { get; init; }

    /// <summary>Where a manager lets machines join, by which this one does; only with <see cref="Token"/>. Default: none.</summary>
    public ManagerAddress? JoinAt { get; init; }

    /// <summary>The port of <see cref="Address"/> on which machines join, 1 to 65535. Default: 2391.</summary>
    public int JoinPort { get; init; } = JoinPorts.Default;

    /// <summary>How long certificates of nodes are good, 10 s to ten years; the same for all managers of a cluster. Default: 90 days.</summary>
    public TimeSpan CertificateLifetime { get; init; } = CertificateAuthority.DefaultLifetime;

    /// <summary>
    /// How long a step of the authority's rotation may take, 1 s to ten years, before the nodes that are missing are named in an event each day; the same for all
    /// managers of a cluster. Default: 7 days.
    /// </summary>
    public TimeSpan RotationDeadline { get; init; } = CertificateOptions.DefaultRotationDeadline;

    /// <summary>How soon a node that is silent is unreachable, and lost. The same for all managers of a cluster. Default: see <see cref="LeaseOptions"/>.</summary>
    public LeaseOptions Lease { get; init; } = new();

    /// <summary>How it finds out what the images of services mean. Default: see <see cref="ImageResolutionOptions"/>.</summary>
    public ImageResolutionOptions Images { get; init; } = new();

    /// <summary>The least severe entries that are logged; below <see cref="LogLevel.Information"/> also those of the engine. Default: Information.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    /// <summary>
    /// Further DNS names and addresses by which programs reach this manager, besides <see cref="Address"/>, <see cref="Name"/> and the machine's name; its certificate has them,
    /// from its next renewal on. Default: none.
    /// </summary>
    public IReadOnlyList<string> HostNames { get; init; } = [];

    /// <summary>All names and addresses that its certificate has.</summary>
    internal IReadOnlyList<string> Hosts()
    {
        var isLocal = IPAddress.TryParse(Address, out var address) && IPAddress.IsLoopback(address);
        return [Address, .. HostNames, .. isLocal ? ["localhost"] : Array.Empty<string>(), Name, Environment.MachineName];
    }

    /// <summary>Sets those of the silo to these.</summary>
    internal void CopyLease(LeaseOptions target)
    {
        target.HeartbeatInterval = Lease.HeartbeatInterval;
        target.UnreachableAfter = Lease.UnreachableAfter;
        target.LostAfter = Lease.LostAfter;
        target.CheckInterval = Lease.CheckInterval;
        target.FlapWindow = Lease.FlapWindow;
        target.FlapCount = Lease.FlapCount;
        target.SteadyTime = Lease.SteadyTime;
        target.MaxSteadyTime = Lease.MaxSteadyTime;
    }
}
