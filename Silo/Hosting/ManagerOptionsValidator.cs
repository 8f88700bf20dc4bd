using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Warren.Security;
using Warren.Silo.Images;
using Warren.Silo.Stores;

namespace Warren.Silo.Hosting;

/// <summary>The rules of <see cref="ManagerOptions"/>.</summary>
internal static class ManagerOptionsValidator
{
    // What the kernel's address of a unix socket holds.
    private const int MaxSocketPath = 107;

    /// <summary>All problems, one sentence each.</summary>
    public static IEnumerable<string> FindProblems(ManagerOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.Name))
            yield return "--name: must not be empty";
        if (!Path.IsPathRooted(options.DataDirectory))
            yield return $"--data-dir: must be an absolute path, was '{options.DataDirectory}'";
        if (!IPAddress.TryParse(options.Address, out var address))
            yield return $"--address: must be an IP address of this machine, was '{options.Address}'";
        else if (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any))
            yield return $"--address: must be the address by which others reach this machine, was '{options.Address}', which means all of them";
        foreach (var host in options.HostNames.Where(host => !CertificateHosts.IsHost(host)))
            yield return $"--host-name: must be a DNS name or an IP address, was '{host}'";
        if (options.HostNames.Count > CertificateHosts.Most - 4)
            yield return string.Create(CultureInfo.InvariantCulture, $"--host-name: must be given at most {CertificateHosts.Most - 4} times, was given {options.HostNames.Count} times");
        if (options.Port is < 1 or > 65535)
            yield return string.Create(CultureInfo.InvariantCulture, $"--port: must be 1 to 65535, was {options.Port}");
        if (!Path.IsPathRooted(options.ApiSocket) || Encoding.UTF8.GetByteCount(options.ApiSocket) > MaxSocketPath)
            yield return $"--api-socket: must be an absolute path of at most {MaxSocketPath} bytes, was '{options.ApiSocket}'";
        if (options.ApiPort is < 1 or > 65535)
            yield return string.Create(CultureInfo.InvariantCulture, $"--api-port: must be 1 to 65535, was {options.ApiPort}");
        else if (options.ApiPort == options.Port)
            yield return string.Create(CultureInfo.InvariantCulture, $"--api-port: must differ from --port, were both {options.Port}");
        if (options.RestPort is < 1 or > 65535)
            yield return string.Create(CultureInfo.InvariantCulture, $"--rest-port: must be 1 to 65535, was {options.RestPort}");
        else if (options.RestPort == options.Port || options.RestPort == options.ApiPort)
            yield return string.Create(CultureInfo.InvariantCulture, $"--rest-port: must differ from --port and --api-port, was {options.RestPort} as well");
        if (options.JoinPort is < 1 or > 65535)
            yield return string.Create(CultureInfo.InvariantCulture, $"--join-port: must be 1 to 65535, was {options.JoinPort}");
        if (options.CertificateLifetime < TimeSpan.FromSeconds(10) || options.CertificateLifetime > TimeSpan.FromDays(3650))
            yield return $"--certificate-lifetime: must be 10 s to 3650 days, was {options.CertificateLifetime}";
        if (options.RotationDeadline < TimeSpan.FromSeconds(1) || options.RotationDeadline > TimeSpan.FromDays(3650))
            yield return $"--rotation-deadline: must be 1 s to 3650 days, was {options.RotationDeadline}";
        if ((options.Token is null) != (options.JoinAt is null))
            yield return "--token, --manager: go together: the token of the cluster, and a manager of it";
        if (options.Token is not null && options.Identity is not null)
            yield return "--token: goes without --certificate, --key and --authority: a manager has its identity by one or the other";
        if (options.Store == StoreKind.Postgres && options.PostgresFile is null)
            yield return "--postgres-file: must name a file with the connection string when --store is postgres";
        if (options.Store == StoreKind.Postgres && options.DataKeyFile is null && options.Identity is not null)
            yield return "--data-key-file: must name the file with the data key that all managers share when --store is postgres and they do not join by token";
        if (options.RemovesPassphrase && options.PassphraseFile is null)
            yield return "--remove-passphrase: goes with --passphrase-file, which opens the key file one last time";
        if (options.Store == StoreKind.Sqlite && options.PostgresFile is not null)
            yield return "--postgres-file: goes with --store postgres only; the store is sqlite";
        foreach (var problem in ImageResolutionOptionsValidator.FindProblems(options.Images))
            yield return problem;
        foreach (var problem in options.Lease.Validate())
            yield return $"--{JsonNamingPolicy.KebabCaseLower.ConvertName(problem.Path)}: {problem.Message}";
    }
}
