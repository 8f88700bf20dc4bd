using System.Diagnostics;
using System.Text.Json;
using Warren.Shims.Tests.Calls;

namespace Warren.Shims.Tests.OtherClients;

/// <summary>One run of Debian's grpcio against a server, for each transport; the tests look at what it saw.</summary>
public sealed class GrpcioRun : IAsyncLifetime
{
    // Debian's own: another Python earlier in the PATH does not see Debian's packages.
    private const string Python = "/usr/bin/python3";

    private readonly Dictionary<Transport, JsonElement> _results = [];

    public ProbeServer Server { get; } = new();

    public async Task InitializeAsync()
    {
        await RequireGrpcio();
        await Server.InitializeAsync();
        _results[Transport.Tls] = await CallEverything($"localhost:{Server.TlsPort}", Server.AuthorityFile);
        _results[Transport.UnixSocket] = await CallEverything($"unix:{Server.SocketPath}", "-");
    }

    public Task DisposeAsync() => Server.DisposeAsync();

    public JsonElement Result(Transport transport, string check) => _results[transport].GetProperty(check);

    private static async Task RequireGrpcio()
    {
        if (!File.Exists(Python))
            throw new InvalidOperationException($"{Python} is missing: install the Debian packages python3 and python3-grpcio.");
        using var process = Start("-c", "import grpc");
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(ProbeServer.Patience);
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{Python} cannot import grpc: install the Debian package python3-grpcio.\n{errors}");
    }

    private async Task<JsonElement> CallEverything(string target, string authority)
    {
        using var process = Start(Path.Combine(AppContext.BaseDirectory, "OtherClients", "probe_client.py"), target, authority);
        try
        {
            var errors = process.StandardError.ReadToEndAsync();

            // The script says when its call to cancel is under way, and waits until the service has it.
            var first = await process.StandardOutput.ReadLineAsync().WaitAsync(ProbeServer.Patience);
            if (first == "cancelling")
            {
                await Server.Log.WhenStarted($"python cancel {target}");
                await process.StandardInput.WriteLineAsync();
            }

            var output = await process.StandardOutput.ReadToEndAsync().WaitAsync(2 * ProbeServer.Patience);
            await process.WaitForExitAsync().WaitAsync(ProbeServer.Patience);
            if (process.ExitCode != 0 || first != "cancelling")
            {
                throw new InvalidOperationException(
                    $"The grpcio client failed with {process.ExitCode}:\n{first}\n{output}\n{await errors}");
            }

            return JsonDocument.Parse(output).RootElement.Clone();
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }

    private static Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo(Python, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return Process.Start(start) ?? throw new InvalidOperationException($"{Python} did not start.");
    }
}
