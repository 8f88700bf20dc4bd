using Microsoft.Extensions.DependencyInjection;

namespace Warren.Silo.Keeping;

/// <summary>Adds to a silo what looks after the others' grains, and after its own readiness.</summary>
public static class SiloBuilderKeeperExtensions
{
    /// <summary>Wakes the grains of the control plane when silos have come or gone, so that what a dead one left half done is finished within seconds.</summary>
    public static ISiloBuilder AddKeeper(this ISiloBuilder builder)
    {
        builder.Services.AddHostedService<Keeper>();
        return builder;
    }

    /// <summary>Has what the first calls need made ready once the process is started, so that they are as fast as later ones.</summary>
    public static ISiloBuilder AddRehearsal(this ISiloBuilder builder)
    {
        builder.Services.AddHostedService<Rehearser>();
        return builder;
    }
}
