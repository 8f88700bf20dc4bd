using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Warren.Cli.Errors;
using Warren.Cli.Running;

namespace Warren.Cli.Machines;

/// <summary>The flags about this machine's manager. What is not given is left to the daemon, and has its defaults.</summary>
internal sealed class ManagerFlags
{
    private const string StandardSocket = "/run/warren/warren.sock", Loopback = "127.0.0.1";

    private readonly Option<string?> _address = new("--address") { HelpName = "address" };
    private readonly Option<string?> _socket = new("--api-socket") { Description = $"The unix socket on which root reaches the manager [default: {StandardSocket}]", HelpName = "path" };
    private readonly Option<string?> _postgres = new("--postgres-file") { Description = "File with the connection string of the PostgreSQL database that the managers share [default: SQLite, for one manager]", HelpName = "file" };
    private readonly Option<string[]> _hosts = new("--host-name") { Description = "A further name or address of the manager, for its certificate; may be repeated", HelpName = "name" };

    private readonly (Option<int?> Option, int Standard)[] _ports =
    [
        (Port("--port", "for managers, workers and clients", 2390), 2390),
        (Port("--join-port", "on which machines join", 2391), 2391),
        (Port("--api-port", "of the API", 2377), 2377),
        (Port("--rest-port", "of the API as REST", 2378), 2378),
    ];

    private readonly bool _isForOneMachine;

    /// <param name="isForOneMachine">Whether others are not expected to reach it unless an address is given.</param>
    public ManagerFlags(bool isForOneMachine)
    {
        _isForOneMachine = isForOneMachine;
        _address.Description = $"The IP address of this machine by which others reach the manager [default: {(isForOneMachine ? Loopback : "that of the default route")}]";
    }

    /// <summary>Adds them to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _address, _socket, _postgres, _hosts }.Concat(_ports.Select(port => port.Option))) command.Add(option);
    }

    /// <summary>The socket of a manager.</summary>
    /// <param name="call">The command.</param>
    /// <param name="folder">The manager's folder, which knows it if the manager was started before.</param>
    public string Socket(Call call, DaemonFolder folder) => call.Get(_socket) is { } given ? Path.GetFullPath(given) : folder.Option("--api-socket") ?? StandardSocket;

    /// <summary>The options of the daemon that were given.</summary>
    public IReadOnlyList<string> Given(Call call)
    {
        var given = new List<string>();
        if (call.Get(_address) is { } address) given.Add($"--address={address}");
        if (call.Get(_socket) is { } socket) given.Add($"--api-socket={Path.GetFullPath(socket)}");
        if (call.Get(_postgres) is { } postgres) given.AddRange(["--store=postgres", $"--postgres-file={Path.GetFullPath(postgres)}"]);
        given.AddRange((call.Get(_hosts) ?? []).Select(host => $"--host-name={host}"));
        foreach (var (option, _) in _ports)
            if (call.Get(option) is { } port) given.Add(string.Create(CultureInfo.InvariantCulture, $"{option.Name}={port}"));
        return given;
    }

    /// <summary>The same with the address, of a manager that is started for the first time.</summary>
    public IReadOnlyList<string> Complete(IReadOnlyList<string> given) =>
        given.Any(option => option.StartsWith("--address=", StringComparison.Ordinal)) ? given : [.. given, $"--address={(_isForOneMachine ? Loopback : RouteAddress())}"];

    /// <summary>Looks whether the manager's ports can be had.</summary>
    /// <exception cref="CliException">They cannot; the message names them all.</exception>
    public void CheckPorts(IReadOnlyList<string> options)
    {
        if (!IPAddress.TryParse(Value(options, "--address") ?? Loopback, out var address)) throw Values.Wrong("--address", "an IP address of this machine", Value(options, "--address")!);
        var problems = new List<string>();
        foreach (var (option, standard) in _ports)
        {
            var port = int.Parse(Value(options, option.Name) ?? standard.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
            if (port is < 1 or > 65535) throw Values.Wrong(option.Name, "1 to 65535", port.ToString(CultureInfo.InvariantCulture));
            try
            {
                using var listener = new TcpListener(address, port);
                listener.Start();
            }
            catch (SocketException failure) when (failure.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                problems.Add(string.Create(CultureInfo.InvariantCulture, $"port {port} of {address} is taken by another process; {option.Name} gives the manager another one"));
            }
            catch (SocketException failure) when (failure.SocketErrorCode == SocketError.AddressNotAvailable)
            {
                throw Values.Wrong("--address", "an IP address of this machine", address.ToString());
            }
        }

        if (problems.Count > 0) throw new CliException(ExitCodes.Conflict, string.Join("\nError: ", problems), "'ss -ltnp' shows by which process");
    }

    /// <summary>Where a manager with these options is reached, at one of its ports; a standard port is left out.</summary>
    public string Where(IReadOnlyList<string> options, string port) =>
        Value(options, port) is { } other && other != _ports.First(pair => pair.Option.Name == port).Standard.ToString(CultureInfo.InvariantCulture)
            ? $"{AddressOf(options)}:{other}"
            : AddressOf(options);

    /// <summary>The value of an option; null if it was not given.</summary>
    public static string? Value(IReadOnlyList<string> options, string name) => options.LastOrDefault(option => option.StartsWith(name + "=", StringComparison.Ordinal))?[(name.Length + 1)..];

    private static string AddressOf(IReadOnlyList<string> options) => Value(options, "--address") is { } address ? address.Contains(':', StringComparison.Ordinal) ? $"[{address}]" : address : Loopback;

    private static Option<int?> Port(string name, string use, int standard) =>
        new(name) { Description = string.Create(CultureInfo.InvariantCulture, $"The manager's port {use} [default: {standard}]"), HelpName = "port" };

    // Nothing is sent: the kernel is asked by which address it would.
    private static string RouteAddress()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            socket.Connect(new IPEndPoint(IPAddress.Parse("192.0.2.1"), 9));
            return ((IPEndPoint)socket.LocalEndPoint!).Address.ToString();
        }
        catch (SocketException)
        {
            throw new CliException(ExitCodes.Usage, "this machine has no default route that would tell by which address others reach it", "give it by --address; 127.0.0.1 is for this machine alone");
        }
    }
}
