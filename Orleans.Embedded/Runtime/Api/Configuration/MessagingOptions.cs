namespace Orleans.Configuration;

/// <summary>How silos and clients call.</summary>
public abstract class MessagingOptions
{
    /// <summary>How long a call waits for its answer. Default: 30 seconds.</summary>
    public TimeSpan ResponseTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest message in bytes; a longer one fails its call. Default: 64 MiB.</summary>
    public int MaxMessageBodySize { get; set; } = 64 * 1024 * 1024;
}
