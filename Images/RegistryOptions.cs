namespace Warren.Images;

/// <summary>How registries are asked. All problems are reported together when the process starts.</summary>
public class RegistryOptions
{
    /// <summary>
    /// The JSON file that says how registries are reached: mirrors, authorities, exceptions from TLS (docs/images.md). Read again when it
    /// changes; it need not exist. Default: <c>/etc/warren/registries.json</c>.
    /// </summary>
    public string RegistriesFile { get; set; } = "/etc/warren/registries.json";

    /// <summary>
    /// Credentials for registries, in the form of Docker's <c>config.json</c>. Read again when it changes; it need not exist, and is refused
    /// when others than its owner may read it. Default: <c>/etc/warren/registry-credentials.json</c>.
    /// </summary>
    public string CredentialsFile { get; set; } = "/etc/warren/registry-credentials.json";

    /// <summary>How long a connection to a registry may take. Default: 10 s.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a registry may take to begin its answer. Default: 30 s.</summary>
    public TimeSpan ResponseTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a transfer may bring less than a kilobyte before it is given up and taken up again. Default: 30 s.</summary>
    public TimeSpan StallTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a request is tried in a row without any progress, at least 1. Default: 5.</summary>
    public int Attempts { get; set; } = 5;

    /// <summary>The first pause before another try; it doubles, and a random part of up to half is taken off. Default: 500 ms.</summary>
    public TimeSpan FirstPause { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The longest pause before another try. Default: 20 s.</summary>
    public TimeSpan MaxPause { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>The longest pause that a registry may ask for (<c>Retry-After</c>); when it asks for more the request fails at once. Default: 1 minute.</summary>
    public TimeSpan MaxRetryAfter { get; set; } = TimeSpan.FromMinutes(1);
}
