using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Warren.Grains.Images;
using Warren.Images.Registry;

namespace Warren.Silo.Images;

/// <summary>Adds the lookup of images to a silo.</summary>
internal static class SiloBuilderImageExtensions
{
    /// <summary>Has the services of the silo look up their images, unless the wait for it is zero.</summary>
    public static ISiloBuilder AddImageResolution(this ISiloBuilder builder, ImageResolutionOptions options)
    {
        if (options.WaitLimit == TimeSpan.Zero) return builder;
        builder.Services.AddSingleton(provider => new RegistryClient(
            options,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<RegistryClient>>(),
            Environment.ProcessId));
        builder.Services.AddSingleton<IImageResolver>(provider => new ImageResolver(
            new ImageFinder(provider.GetRequiredService<RegistryClient>()).FindAsync,
            options,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<ImageResolver>>()));
        return builder;
    }
}
