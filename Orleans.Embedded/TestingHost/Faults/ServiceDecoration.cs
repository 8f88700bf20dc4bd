using Microsoft.Extensions.DependencyInjection;

namespace Orleans.TestingHost;

internal static class ServiceDecoration
{
    /// <summary>Puts something between a singleton service, if it is registered, and those that ask for it.</summary>
    public static void Decorate<TService>(this IServiceCollection services, Func<TService, TService> decorate)
        where TService : class
    {
        if (services.LastOrDefault(static service => service.ServiceType == typeof(TService) && !service.IsKeyedService) is not { } inner) return;
        services.Remove(inner);

        // Whoever made the instance disposes it; one that the container made is disposed with the container under its own key.
        var key = new object();
        services.AddKeyedSingleton(key, (provider, _) => inner switch
        {
            { ImplementationInstance: { } instance } => (TService)instance,
            { ImplementationFactory: { } factory } => (TService)factory(provider),
            _ => (TService)ActivatorUtilities.CreateInstance(provider, inner.ImplementationType!),
        });
        services.AddSingleton(provider => decorate(provider.GetRequiredKeyedService<TService>(key)));
    }
}
