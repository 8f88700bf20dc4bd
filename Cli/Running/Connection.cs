using System.Security.Cryptography;
using Grpc.Net.Client;
using Warren.Cli.Errors;
using Warren.Client.Connecting;
using Warren.V1;

namespace Warren.Cli.Running;

/// <summary>The way to a manager.</summary>
internal sealed class Connection : IDisposable
{
    private readonly GrpcChannel _channel;

    private Connection(string where, GrpcChannel channel) => (Where, _channel) = (where, channel);

    /// <summary>The manager, as messages name it.</summary>
    public string Where { get; }

    public ServiceApi.ServiceApiClient Services => new(_channel);

    public TaskApi.TaskApiClient Tasks => new(_channel);

    public NodeApi.NodeApiClient Nodes => new(_channel);

    public SecretApi.SecretApiClient Secrets => new(_channel);

    public ConfigApi.ConfigApiClient Configs => new(_channel);

    public VolumeApi.VolumeApiClient Volumes => new(_channel);

    public PlanApi.PlanApiClient Plans => new(_channel);

    public LogApi.LogApiClient Logs => new(_channel);

    public ExecApi.ExecApiClient Execs => new(_channel);

    public StatsApi.StatsApiClient Stats => new(_channel);

    public ImageApi.ImageApiClient Images => new(_channel);

    public EventApi.EventApiClient Events => new(_channel);

    public ClusterApi.ClusterApiClient Cluster => new(_channel);

    public AccessApi.AccessApiClient Access => new(_channel);

    /// <summary>By a unix socket.</summary>
    public static Connection ToSocket(string path) => new(path, ManagerChannel.ToSocket(path));

    /// <summary>By TLS, both sides showing a certificate of the cluster's authority.</summary>
    /// <exception cref="CliException">The files cannot be used.</exception>
    public static Connection ToHost(string host, string certificateFile, string keyFile, string authorityFile)
    {
        try
        {
            return new(host, ManagerChannel.ToHost(host, certificateFile, keyFile, authorityFile));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new CliException(ExitCodes.Usage, $"the certificate cannot be used: {failure.Message}", "check --certificate, --key and --authority");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _channel.Dispose();
}
