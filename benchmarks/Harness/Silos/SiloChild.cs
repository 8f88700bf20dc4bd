using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Warren.Harness.Silos;

/// <summary>
/// The main program of a silo process. It says "active ADDRESS" when it takes calls, stops in good order when told "stop", and begins to
/// write from inside when told "write COUNTERS" (see <see cref="InsideWriter"/>).
/// </summary>
public static class SiloChild
{
    /// <returns>The exit code: 0 after a stop that was asked for, else what the engine set.</returns>
    public static async Task<int> RunAsync()
    {
        using var host = TrialHosts.Silo(SiloSettings.FromEnvironment()).Build();
        var lifetime = host.Services.GetRequiredService<IHostApplicationLifetime>();
        var asked = false;
        Lifeline.Hold(line =>
        {
            switch (line.Split(' ', 2))
            {
                case ["stop"]:
                    asked = true;
                    lifetime.StopApplication();
                    break;
                case ["write", var counters]:
                    new InsideWriter(host.Services, counters).Start(lifetime.ApplicationStopping);
                    break;
                default:
                    throw new InvalidOperationException($"'{line}' is no command for a silo process.");
            }
        });
        await host.StartAsync();
        Console.WriteLine($"active {host.Services.GetRequiredService<ILocalSiloDetails>().SiloAddress.ToParsableString()}");
        await host.WaitForShutdownAsync();
        return asked ? 0 : Environment.ExitCode;
    }
}
