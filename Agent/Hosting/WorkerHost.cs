using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Warren.Agent.Containers;
using Warren.Agent.Runtime.Preflight;
using Warren.Hosting;

namespace Warren.Agent.Hosting;

/// <summary>A worker's process.</summary>
public static class WorkerHost
{
    private const int Refused = 2;

    /// <summary>Runs until SIGTERM, SIGINT or the token. Containers go on running afterwards; the next worker adopts them.</summary>
    /// <returns>The exit code: 0 after a stop in good order, 2 for settings or a machine that cannot be used.</returns>
    public static async Task<int> RunAsync(WorkerOptions options, CancellationToken cancellationToken)
    {
        var problems = WorkerOptionsValidator.FindProblems(options).ToList();
        if (problems.Count == 0 && options.Runtime == RuntimeKind.Containerd)
            problems.AddRange(await WorkerPreflight.CheckAsync(options.Containerd, TimeProvider.System, cancellationToken));
        using var locks = new WorkerLocks();
        if (problems.Count == 0)
            problems.AddRange(locks.Take(options));
        if (problems.Count > 0)
        {
            await Console.Error.WriteLineAsync("warrend worker cannot start:");
            foreach (var problem in problems)
                await Console.Error.WriteLineAsync("  " + problem);
            return Refused;
        }

        var builder = RoleHost.CreateBuilder(LogLevel.Information);
        builder.Services.AddAgent(options);
        builder.Services.AddSingleton<WorkerService>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<WorkerService>());
        var host = builder.Build();
        // The parts end asynchronously, which a host's Dispose cannot wait for.
        await using var parts = (IAsyncDisposable)host;
        await host.StartAsync(cancellationToken);
        if (await host.Services.GetRequiredService<WorkerService>().Recovered)
            await SayReadyAsync(host.Services, cancellationToken);
        await host.WaitForShutdownAsync(cancellationToken);
        return Environment.ExitCode;
    }

    // To whoever started it and waits until it is at work.
    private static async Task SayReadyAsync(IServiceProvider parts, CancellationToken cancellationToken)
    {
        var runtime = await parts.GetRequiredService<ContainerHost>().Runtime.DescribeAsync(cancellationToken);
        Console.WriteLine(runtime.IsReal
            ? $"worker is ready on {runtime.Name} {runtime.Version}"
            : $"worker is ready on the {runtime.Name} runtime: no container really runs");
    }
}
