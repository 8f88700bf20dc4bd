using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Warren.Grains.Clusters;
using Warren.Grains.Events;
using Warren.Grains.Images;
using Warren.Grains.Nodes;
using Warren.Grains.Services;

namespace Warren.Grains.Hosting;

/// <summary>Adds what the grains of the control plane need to a silo.</summary>
public static class SiloBuilderGrainExtensions
{
    /// <summary>
    /// Adds the settings and the shared views of the grains; what is registered before is kept. The store, reminders and an
    /// <see cref="Objects.ISecretSealer"/> are the host's to add, and so is an <see cref="IImageResolver"/>, without which each node resolves images for itself.
    /// </summary>
    /// <param name="builder">The silo.</param>
    /// <param name="configureLease">Sets how soon a silent node is given up; problems are reported when the silo starts. Default: see <see cref="LeaseOptions"/>.</param>
    public static ISiloBuilder AddControlPlane(this ISiloBuilder builder, Action<LeaseOptions>? configureLease = null)
    {
        builder.Services.AddOptions<LeaseOptions>().Configure(configureLease ?? (static _ => { })).ValidateOnStart();
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<LeaseOptions>, LeaseOptionsValidator>());
        builder.Services.TryAddSingleton(static provider => new AwakeClock(
            provider.GetService<TimeProvider>() ?? TimeProvider.System, provider.GetRequiredService<IOptions<LeaseOptions>>().Value.CheckInterval));
        builder.Services.TryAddSingleton(static provider => new TaskTemplates(provider.GetRequiredService<IGrainFactory>()));
        builder.Services.TryAddSingleton(static provider => new NodeView(provider.GetRequiredService<IGrainFactory>()));
        builder.Services.TryAddSingleton<TrustBoard>();
        builder.Services.TryAddSingleton<RevocationTeller>();
        builder.Services.TryAddSingleton<IImageResolver, NoImageResolver>();
        builder.Services.TryAddSingleton(ServiceGrainOptions.Default);
        builder.Services.TryAddSingleton(EventLogOptions.Default);
        return builder;
    }
}
