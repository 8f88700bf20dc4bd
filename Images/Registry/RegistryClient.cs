using Microsoft.Extensions.Logging;
using Warren.Containers;

namespace Warren.Images.Registry;

/// <summary>Gets images by the OCI distribution API: the connections, tokens and settings that all pulls share.</summary>
internal sealed class RegistryClient : IDisposable
{
    private readonly RegistryOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly RegistryTransports _transports;
    private readonly TokenClient _tokens;
    private readonly WatchedFile<RegistriesConfig> _registries;
    private readonly WatchedFile<DockerCredentials> _credentials;
    private readonly Random _chance;

    // The seed is that of the random part of pauses.
    public RegistryClient(RegistryOptions options, TimeProvider time, ILogger logger, int seed)
    {
        _options = options;
        _time = time;
        _logger = logger;
        _transports = new RegistryTransports(options);
        _tokens = new TokenClient(_transports, new TokenCache(time), options, time);
        _registries = new(options.RegistriesFile, RegistriesConfig.Empty, RegistriesConfig.Parse, isSecret: false, logger);
        _credentials = new(options.CredentialsFile, DockerCredentials.Empty, DockerCredentials.Parse, isSecret: true, logger);
        _chance = new Random(seed);
    }

    /// <summary>Looks at the settings files and prepares to get one image.</summary>
    /// <param name="reference">The image.</param>
    /// <param name="credentials">Those of the task; they go to the registry alone, never to a mirror.</param>
    /// <param name="note">Told why it waits.</param>
    /// <param name="failed">What a failure says of the image.</param>
    /// <exception cref="ImageException"><see cref="ImageFault.Configuration"/>: the registries file cannot be used and never could.</exception>
    public RegistrySource Open(ImageReference reference, RegistryCredentials? credentials, Action<string> note, string failed = "was not pulled")
    {
        var (registries, problem) = _registries.Read();
        if (registries is null) throw new ImageException(ImageFault.Configuration, $"{reference} was not asked for: {problem}");
        var (known, credentialsProblem) = _credentials.Read();
        var sessions = RegistryEndpoint.For(reference, registries).Select(endpoint =>
        {
            var own = endpoint.IsMirror ? null : credentials;
            own ??= known?.For(endpoint.Host, endpoint.Repository);
            return new RegistrySession(endpoint, new RegistryAuth(endpoint, own, credentialsProblem, _tokens), _transports, _options, _time);
        });
        return new RegistrySource(
            reference, failed, [.. sessions], new Retrier(new RetryPolicy(_options), _time, NextSample, note, _logger), _options, _time);
    }

    public void Dispose() => _transports.Dispose();

    private double NextSample()
    {
        lock (_chance)
            return _chance.NextDouble();
    }
}
