namespace Orleans.TestingHost;

/// <summary>What the remains of a killed silo get when they turn to a store.</summary>
internal sealed class KilledException(string silo) : Exception($"{silo} was killed: it reaches no store any more.");
