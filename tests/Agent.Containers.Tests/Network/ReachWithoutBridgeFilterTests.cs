namespace Warren.Agent.Containers.Tests.Network;

/// <inheritdoc/>
public sealed class ReachWithoutBridgeFilterTests() : ReachTests(bridgeFilter: false);
