using System.CommandLine;
using System.CommandLine.Parsing;
using Warren.Hosting.Joining;
using Warren.Hosting.Managers;
using Warren.Silo.Hosting;
using Warren.Silo.Images;
using Warren.Silo.Stores;

namespace Warren.Daemon;

/// <summary><c>warrend manager</c>: takes part in the control plane.</summary>
internal static class ManagerCommand
{
    public static Command Create()
    {
        var standard = new ManagerOptions();
        var name = new Option<string>("--name") { Description = "The manager's name.", DefaultValueFactory = _ => standard.Name };
        var data = new Option<string>("--data-dir")
        {
            Description = "The folder of the store; it is made if it is not there.",
            DefaultValueFactory = _ => standard.DataDirectory,
        };
        var store = new Option<StoreKind>("--store")
        {
            Description = "Where state is kept: sqlite for one manager, postgres for several.",
            DefaultValueFactory = _ => standard.Store,
        };
        var postgres = new Option<string?>("--postgres-file")
        {
            Description = "With --store postgres: the file that holds the connection string.",
            HelpName = "file",
        };
        var dataKey = new Option<string?>("--data-key-file")
        {
            Description = "The file with the key that opens the secrets in the store; required with --store postgres and --certificate, else made in the data folder or got by joining.",
            HelpName = "file",
        };
        var passphrase = new Option<string?>("--passphrase-file")
        {
            Description = "The file with the passphrase that the key file is locked with, or - for standard input; one that is not locked is locked by it.",
            HelpName = "file",
        };
        var unlock = new Option<bool>("--remove-passphrase") { Description = "Leave the key file without a passphrase from now on; with --passphrase-file." };
        var address = new Option<string>("--address")
        {
            Description = "The address by which managers, workers and clients reach this manager.",
            DefaultValueFactory = _ => standard.Address,
        };
        var port = new Option<int>("--port") { Description = "The port for them.", DefaultValueFactory = _ => standard.Port };
        var apiSocket = new Option<string>("--api-socket")
        {
            Description = "The unix socket on which this machine's root reaches the API.",
            HelpName = "path",
            DefaultValueFactory = _ => standard.ApiSocket,
        };
        var apiPort = new Option<int>("--api-port")
        {
            Description = "The port on which callers with a certificate reach the API.",
            DefaultValueFactory = _ => standard.ApiPort,
        };
        var restPort = new Option<int>("--rest-port")
        {
            Description = "The port on which callers with a token or certificate reach the API as REST, with probes and metrics.",
            DefaultValueFactory = _ => standard.RestPort,
        };
        var hosts = new Option<string[]>("--host-name")
        {
            Description = "A further DNS name or address by which programs reach this manager; its certificate has it, from its next renewal on. May be repeated.",
            HelpName = "name",
        };
        var wait = new Option<TimeSpan>("--image-wait")
        {
            Description = "How long tasks of a new image wait for this manager to find out its digest, as hours:minutes:seconds; 0: it asks no registry.",
            DefaultValueFactory = _ => standard.Images.WaitLimit,
        };
        var join = new JoinSettings("The port on which machines join by token.");
        var host = new Option<ManagerAddress?>("--manager")
        {
            Description = $"With --token: a manager of the cluster to join, {ManagerAddress.Rule}, which is that of its --join-port; default {JoinPorts.Default}.",
            HelpName = "address",
            CustomParser = ParseManager,
        };
        var lifetime = new Option<TimeSpan>("--certificate-lifetime")
        {
            Description = "How long certificates of nodes are good, as days.hours:minutes:seconds; nodes renew them at two thirds of it. The same for all managers.",
            DefaultValueFactory = _ => standard.CertificateLifetime,
        };
        var deadline = new Option<TimeSpan>("--rotation-deadline")
        {
            Description = "How long a step of the rotation of the cluster's authority may take before the nodes that are missing are named in an event each day, as days.hours:minutes:seconds. The same for all managers.",
            DefaultValueFactory = _ => standard.RotationDeadline,
        };
        var registries = new RegistrySettings();
        var identity = new IdentityOptions();
        var command = new Command("manager", "Take part in the control plane.") { name, data, store, postgres, dataKey, passphrase, unlock, address, port, apiSocket, apiPort, restPort, hosts };
        var lease = new LeaseSettings();
        lease.AddTo(command);
        command.Add(wait);
        join.AddTo(command, data);
        command.Add(host);
        command.Add(lifetime);
        command.Add(deadline);
        registries.AddTo(command);
        identity.AddTo(command);
        var log = new LogSettings();
        log.AddTo(command);
        command.SetAction((parsed, cancellation) =>
        {
            var images = new ImageResolutionOptions { WaitLimit = parsed.GetValue(wait) };
            registries.CopyTo(images, parsed);
            return ManagerHost.RunAsync(new ManagerOptions
            {
                Name = parsed.GetValue(name)!,
                DataDirectory = parsed.GetValue(data)!,
                Store = parsed.GetValue(store),
                PostgresFile = parsed.GetValue(postgres),
                DataKeyFile = parsed.GetValue(dataKey),
                PassphraseFile = parsed.GetValue(passphrase),
                RemovesPassphrase = parsed.GetValue(unlock),
                Address = parsed.GetValue(address)!,
                Port = parsed.GetValue(port),
                ApiSocket = parsed.GetValue(apiSocket)!,
                ApiPort = parsed.GetValue(apiPort),
                RestPort = parsed.GetValue(restPort),
                HostNames = parsed.GetValue(hosts) ?? [],
                Lease = lease.Get(parsed),
                Images = images,
                Identity = identity.Get(parsed),
                Token = join.Token(parsed),
                JoinAt = join.IsSpent(parsed) ? null : parsed.GetValue(host),
                JoinPort = join.Port(parsed),
                CertificateLifetime = parsed.GetValue(lifetime),
                RotationDeadline = parsed.GetValue(deadline),
                LogLevel = log.Get(parsed),
            }, cancellation);
        });
        return command;
    }

    private static ManagerAddress? ParseManager(ArgumentResult result)
    {
        if (ManagerAddress.TryParse(result.Tokens[0].Value, out var address, JoinPorts.Default)) return address;
        result.AddError($"--manager: must be {ManagerAddress.Rule}, was '{result.Tokens[0].Value}'");
        return null;
    }
}
