using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Orleans.Configuration;
using Warren.Hosting.Memory;

namespace Warren.Hosting;

/// <summary>What the processes of all roles have in common.</summary>
public static class RoleHost
{
    /// <summary>The name under which all processes of Warren find one another; a certificate says which cluster they belong to.</summary>
    public const string ServiceId = "warren";

    /// <summary>How long a role may take to stop in good order, before it is cut off. In all: 30 s.</summary>
    public static TimeSpan StopLimit { get; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// A host without configuration sources but those that the role adds. It logs to standard error, one line an entry, and stops in good
    /// order at SIGTERM and SIGINT.
    /// </summary>
    public static HostApplicationBuilder CreateBuilder(LogLevel least)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";
            console.ColorBehavior = LoggerColorBehavior.Disabled;
        });
        builder.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Logging.SetMinimumLevel(least);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = StopLimit);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddHostedService<MemoryTrimmer>();
        return builder;
    }

    /// <summary>Logs less of some categories than of all others, unless more than usual is asked for.</summary>
    /// <param name="builder">The host's.</param>
    /// <param name="category">The beginning of their names.</param>
    /// <param name="least">The least severe entries of theirs.</param>
    /// <param name="asked">Those of all others.</param>
    public static void Quieten(HostApplicationBuilder builder, string category, LogLevel least, LogLevel asked)
    {
        if (asked >= LogLevel.Information) builder.Logging.AddFilter(category, asked > least ? asked : least);
    }

    /// <summary>Names the cluster.</summary>
    public static void Name(ClusterOptions options) => (options.ClusterId, options.ServiceId) = (ServiceId, ServiceId);
}
