using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Warren.Grains.Nodes;

namespace Warren.Silo.Keeping;

/// <summary>Adds the control plane to a silo.</summary>
public static class SiloBuilderControlPlaneExtensions
{
    /// <summary>
    /// Adds what the grains of services, tasks, nodes and the scheduler need beside a store and reminders, which the caller adds, and the keeper that
    /// wakes them after a crash. Problems of the settings are reported when the silo starts.
    /// </summary>
    /// <param name="builder">The silo.</param>
    /// <param name="configureLease">Sets how soon a silent node is given up. Default: see <see cref="LeaseOptions"/>.</param>
    public static ISiloBuilder AddControlPlane(this ISiloBuilder builder, Action<LeaseOptions>? configureLease = null)
    {
        var services = builder.Services;
        var lease = services.AddOptions<LeaseOptions>();
        if (configureLease is not null) lease.Configure(configureLease);
        lease.ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<LeaseOptions>, LeaseOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<NodeView>();
        services.TryAddSingleton<TaskTemplates>();
        services.AddHostedService<Keeper>();
        return builder.AddReminders();
    }
}
