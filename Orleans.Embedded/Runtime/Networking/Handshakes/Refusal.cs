namespace Orleans.Runtime.Networking;

/// <summary>Why a connection was not accepted.</summary>
/// <param name="Reason">The kind of reason.</param>
/// <param name="Text">The reason in words.</param>
internal sealed record Refusal(RefusalReason Reason, string Text);
