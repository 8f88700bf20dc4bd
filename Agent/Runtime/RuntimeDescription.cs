namespace Warren.Agent.Runtime;

/// <summary>What runs the containers.</summary>
/// <param name="Name"><c>containerd</c> or <c>fake</c>.</param>
/// <param name="Version">Its version.</param>
/// <param name="IsReal">Whether containers really run; false only for scale tests.</param>
public sealed record RuntimeDescription(string Name, string Version, bool IsReal);
