using System.Text.Json;
using System.Text.Json.Serialization;
using Warren.TestSupport.Certificates;

namespace Warren.Harness.Silos;

/// <summary>What a silo process is told by the process that starts it.</summary>
/// <param name="Name">The silo's name.</param>
/// <param name="Port">The port on 127.0.0.1 for silos and clients.</param>
/// <param name="Certificates">For mutual TLS; null for plain connections.</param>
/// <param name="Postgres">The connection string of the store; null for another kind.</param>
/// <param name="Sqlite">The file of the store; null for another kind. Without a store the membership is kept in memory.</param>
public sealed record SiloSettings(
    string Name, int Port, CertificateFiles? Certificates = null, string? Postgres = null, string? Sqlite = null)
{
    /// <summary>The cluster and service that all silos of a trial belong to.</summary>
    public const string Cluster = "trial";

    // Not an argument: the store's password would be visible to every user of the machine.
    private const string Variable = "WARREN_TRIAL_SILO";

    /// <summary>The environment that <see cref="FromEnvironment"/> reads.</summary>
    public IReadOnlyDictionary<string, string?> ToEnvironment() =>
        new Dictionary<string, string?> { [Variable] = JsonSerializer.Serialize(this, SiloSettingsJson.Default.SiloSettings) };

    /// <summary>What the parent said.</summary>
    /// <exception cref="InvalidOperationException">This process was started by hand.</exception>
    public static SiloSettings FromEnvironment() =>
        Environment.GetEnvironmentVariable(Variable) is { } json
        && JsonSerializer.Deserialize(json, SiloSettingsJson.Default.SiloSettings) is { } settings
            ? settings
            : throw new InvalidOperationException($"{Variable} is not set: silo processes are started by a benchmark or the demonstration.");
}

/// <summary>Made at build time, so that it costs the start of a silo nothing.</summary>
[JsonSerializable(typeof(SiloSettings))]
internal sealed partial class SiloSettingsJson : JsonSerializerContext;
