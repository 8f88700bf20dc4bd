using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Warren.Silo.Api.Hosting;

/// <summary>Adds the API to a manager.</summary>
internal static class ApiHostingExtensions
{
    /// <summary>Serves it from when the silo has joined until before it leaves; so to be added after the silo.</summary>
    public static void AddApi(this HostApplicationBuilder builder, ApiSettings settings) =>
        builder.Services.AddHostedService(services => ActivatorUtilities.CreateInstance<ApiServer>(services, settings));
}
