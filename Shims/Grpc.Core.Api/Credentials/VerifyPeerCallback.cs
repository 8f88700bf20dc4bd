namespace Grpc.Core;

/// <summary>Accepts (true) or refuses a server after its certificate was verified.</summary>
public delegate bool VerifyPeerCallback(VerifyPeerContext context);
