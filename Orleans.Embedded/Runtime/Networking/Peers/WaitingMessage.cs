namespace Orleans.Runtime.Networking;

/// <summary>A message that waits for a connection: a call, a one-way call, or a control message.</summary>
/// <param name="Call">The call, or null.</param>
/// <param name="OneWay">The one-way call, or null.</param>
/// <param name="ControlKind">Of control messages.</param>
/// <param name="Body">The user's part, or the control message's payload. Whoever takes the message gives it back to the pool.</param>
internal readonly record struct WaitingMessage(IRemoteCall? Call, Message? OneWay, byte ControlKind, EncodedBody Body);
