using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Orleans.Configuration;
using Warren.Hosting.Security;
using Warren.Silo.Stores;
using Warren.TestSupport.Certificates;

namespace Warren.Harness.Silos;

/// <summary>Hosts of silos and clients as a manager would configure them.</summary>
public static class TrialHosts
{
    /// <summary>A silo that is not started yet.</summary>
    public static HostApplicationBuilder Silo(SiloSettings settings)
    {
        var builder = NewBuilder(LogLevel.Warning);
        builder.UseOrleans(silo =>
        {
            if (settings is { Postgres: null, Sqlite: null })
            {
                silo.UseLocalhostClustering(
                    settings.Port, settings.Port, serviceId: SiloSettings.Cluster, clusterId: SiloSettings.Cluster);
            }
            else
            {
                silo.ConfigureEndpoints(IPAddress.Loopback, settings.Port, 0);
                silo.Configure<ClusterOptions>(Name);
                silo.AddWarrenStore(store => _ = settings.Postgres is { } postgres ? store.UsePostgres(postgres) : store.UseSqlite(settings.Sqlite!));
            }

            silo.Configure<SiloOptions>(options => options.SiloName = settings.Name);
            if (settings.Certificates is { } files) silo.UseCertificates(new TrialCertificates(files));
        });
        return builder;
    }

    /// <summary>A client that is not started yet. It keeps silent about silos that it cannot reach, which trials see to.</summary>
    public static HostApplicationBuilder Client(CertificateFiles? certificates, params IEnumerable<int> ports)
    {
        var builder = NewBuilder(LogLevel.Error);
        builder.UseOrleansClient(client =>
        {
            client.UseStaticClustering([.. ports.Select(port => new IPEndPoint(IPAddress.Loopback, port))]);
            client.Configure<ClusterOptions>(Name);
            if (certificates is { } files) client.UseCertificates(new TrialCertificates(files));
        });
        return builder;
    }

    private static void Name(ClusterOptions options) => (options.ClusterId, options.ServiceId) = (SiloSettings.Cluster, SiloSettings.Cluster);

    private static HostApplicationBuilder NewBuilder(LogLevel least)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "HH:mm:ss.fff ";
            console.ColorBehavior = LoggerColorBehavior.Disabled;
        });
        // The standard output belongs to the conversation with the parent.
        builder.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Logging.SetMinimumLevel(least);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(30));
        return builder;
    }
}
