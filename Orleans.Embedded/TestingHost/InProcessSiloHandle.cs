using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Runtime;

namespace Orleans.TestingHost;

/// <summary>A silo that runs in the test's own process.</summary>
public class InProcessSiloHandle : SiloHandle
{
    private readonly SiloFaults _faults;
    private int _ended;

    internal InProcessSiloHandle(IHost host, SiloFaults faults, string name, short instanceNumber)
    {
        (SiloHost, _faults, Name, InstanceNumber) = (host, faults, name, instanceNumber);
        var details = host.Services.GetRequiredService<ILocalSiloDetails>();
        SiloAddress = details.SiloAddress;
        GatewayAddress = details.GatewayAddress ?? details.SiloAddress;
    }

    public IHost SiloHost { get; init; }

    public IServiceProvider ServiceProvider => SiloHost.Services;

    public override bool IsActive => Volatile.Read(ref _ended) == 0;

    internal SiloFaults Faults => _faults;

    public override Task StopSiloAsync(bool stopGracefully) => stopGracefully ? StopSiloAsync(CancellationToken.None) : KillAsync();

    public override async Task StopSiloAsync(CancellationToken ct)
    {
        if (Interlocked.Exchange(ref _ended, 1) != 0) return;
        try
        {
            await SiloHost.StopAsync(ct);
        }
        finally
        {
            await SiloHost.DisposeFullyAsync();
        }
    }

    /// <summary>Stops it gracefully if it still runs.</summary>
    public override async ValueTask DisposeAsync()
    {
        await StopSiloAsync(CancellationToken.None);
        GC.SuppressFinalize(this);
    }

    /// <summary>The network and the stores lose it at once, and it loses them; what is left of it in this process is then cleared away.</summary>
    private async Task KillAsync()
    {
        if (Interlocked.Exchange(ref _ended, 1) != 0) return;
        await _faults.KillAsync();
        ServiceProvider.GetRequiredService<SiloRuntime>().Halt();
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        try
        {
            await SiloHost.StopAsync(now.Token);
        }
        catch (Exception exception) when (exception is OperationCanceledException or AggregateException)
        {
            // Services that were promised time to stop do not get it: the process would be gone.
        }
        finally
        {
            await SiloHost.DisposeFullyAsync();
        }
    }
}
