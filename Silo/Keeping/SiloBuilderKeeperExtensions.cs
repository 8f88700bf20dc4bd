using Microsoft.Extensions.DependencyInjection;

namespace Warren.Silo.Keeping;

/// <summary>Adds the keeper to a silo.</summary>
public static class SiloBuilderKeeperExtensions
{
    /// <summary>Wakes the grains of the control plane when silos have come or gone, so that what a dead one left half done is finished within seconds.</summary>
    public static ISiloBuilder AddKeeper(this ISiloBuilder builder)
    {
        builder.Services.AddHostedService<Keeper>();
        return builder;
    }
}
