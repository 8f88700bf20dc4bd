namespace Orleans.Configuration;

/// <summary>How a client calls.</summary>
public sealed class ClientMessagingOptions : MessagingOptions;
