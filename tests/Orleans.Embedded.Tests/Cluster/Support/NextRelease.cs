using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Runtime.Networking;
using Orleans.Serialization;

namespace Orleans.Embedded.Tests.Cluster.Support;

/// <summary>Makes a silo behave as one of the next release: protocol N and N + 1, and header fields that this one does not know.</summary>
internal static class NextRelease
{
    public static void Play(ISiloBuilder builder) => builder.Services.AddSingleton(static provider =>
    {
        var runtime = provider.GetRequiredService<SiloRuntime>();
        var options = provider.GetRequiredService<NetworkOptions>();
        options.Protocol = new ProtocolVersions(ProtocolVersions.Current.Max, ProtocolVersions.Current.Max + 1);
        var environment = new ConnectionEnvironment(
            new LocalProcess(PeerId.OfSilo(runtime.Address), "cluster", "tests", "next"),
            options,
            runtime,
            provider.GetRequiredService<NetworkMetrics>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<ConnectionManager>>())
        {
            ExtraHeaderFields = WriteFields,
        };
        var connections = new ConnectionManager(environment, provider.GetRequiredService<NetworkTransport>());
        runtime.Attach(connections);
        return connections;
    });

    private static void WriteFields(WireWriter writer)
    {
        writer.WriteTag(200, WireType.Varint);
        writer.WriteVarint(12_345);
        writer.WriteTag(201, WireType.Group);
        writer.EnterGroup();
        writer.WriteTag(1, WireType.LengthPrefixed);
        writer.WriteString("priority");
        writer.WriteEndGroup();
    }
}
