using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Warren.Agent.Runtime.Containerd;
using Warren.Agent.Runtime.Oci;

namespace Warren.Agent.Runtime.Preflight;

/// <summary>Looks at the machine; a thing that is missing is a fact and no failure.</summary>
internal static class WorkerFactsReader
{
    private const int NetworkAdmin = 12;
    private const int SystemAdmin = 21;
    private static readonly TimeSpan s_programLimit = TimeSpan.FromSeconds(10);

    public static async Task<WorkerFacts> ReadAsync(ContainerdOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        var node = NodeFactsReader.Read();
        var status = await File.ReadAllLinesAsync("/proc/self/status", cancellationToken);
        var capabilities = ulong.Parse(Field(status, "CapEff:")[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        var shim = ShimProgram(options.RuntimeName);
        var facts = new WorkerFacts
        {
            // Real, effective, saved, and of the file system.
            EffectiveUser = long.Parse(Field(status, "Uid:")[1], CultureInfo.InvariantCulture),
            HasSystemAdmin = (capabilities >> SystemAdmin & 1) == 1,
            HasNetworkAdmin = (capabilities >> NetworkAdmin & 1) == 1,
            Kernel = node.Kernel,
            Controllers = node.Controllers,
            Socket = options.SocketPath,
            IsContainerdInstalled = IsInPath("containerd"),
            Snapshotter = options.Snapshotter,
            ShimProgram = shim,
            IsShimInstalled = IsInPath(shim),
            RuncProgram = options.RuncBinary,
            RuncVersion = await FirstLineAsync(options.RuncBinary, time, cancellationToken),
            NftVersion = await FirstLineAsync("nft", time, cancellationToken),
            LoggerProgram = options.LoggerPath,
            IsLoggerInstalled = IsProgram(options.LoggerPath),
        };
        return await AskContainerdAsync(facts, options, time, cancellationToken);
    }

    /// <summary>The program of a shim, as containerd finds it: of <c>io.containerd.runc.v2</c> it is <c>containerd-shim-runc-v2</c>.</summary>
    internal static string ShimProgram(string runtime) => runtime.Split('.') is [.., var name, var version] && !runtime.StartsWith('/')
        ? $"containerd-shim-{name}-{version}"
        : runtime;

    private static async Task<WorkerFacts> AskContainerdAsync(
        WorkerFacts facts, ContainerdOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        using var connection = new ContainerdConnection(options, time);
        try
        {
            var version = await connection.Version.VersionAsync(new Empty(), connection.Short(cancellationToken));
            var plugins = await connection.Introspection.PluginsAsync(
                new() { Filters = { "type==io.containerd.snapshotter.v1" } }, connection.Short(cancellationToken));
            var snapshotter = plugins.Plugins.FirstOrDefault(plugin => plugin.Id == options.Snapshotter);
            return facts with { ContainerdVersion = version.Version, SnapshotterFailure = snapshotter is null ? null : snapshotter.InitErr?.Message ?? "" };
        }
        catch (RpcException exception) when (!ContainerdErrors.IsCancelled(exception, cancellationToken))
        {
            return facts with { ContainerdFailure = ContainerdErrors.ReasonOf(exception) };
        }
    }

    private static string[] Field(string[] lines, string name) =>
        lines.First(line => line.StartsWith(name, StringComparison.Ordinal))[name.Length..].Split('\t', StringSplitOptions.RemoveEmptyEntries);

    private static bool IsInPath(string program) => Path.IsPathRooted(program)
        ? IsProgram(program)
        : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Any(folder => IsProgram(Path.Combine(folder, program)));

#pragma warning disable CA1416 // Workers run on Linux.
    private static bool IsProgram(string file) => File.Exists(file)
        && (File.GetUnixFileMode(file) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0;
#pragma warning restore CA1416

    private static async Task<string?> FirstLineAsync(string program, TimeProvider time, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(s_programLimit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        Process? process = null;
        try
        {
            process = Process.Start(new ProcessStartInfo(program, "--version") { RedirectStandardOutput = true, RedirectStandardError = true });
            return process is null ? null : await process.StandardOutput.ReadLineAsync(both.Token);
        }
        catch (Win32Exception)
        {
            return null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            process?.Kill();
            return null;
        }
        finally
        {
            process?.Dispose();
        }
    }
}
