namespace Warren.Agent.Containers.Tests.Network;

/// <inheritdoc/>
public sealed class ReachWithBridgeFilterTests() : ReachTests(bridgeFilter: true);
