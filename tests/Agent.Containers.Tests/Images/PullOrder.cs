namespace Warren.Agent.Containers.Tests.Images;

/// <summary>What a <see cref="PullingAgent"/> is to do.</summary>
internal sealed record PullOrder(
    string Socket, string Namespace, string RegistriesFile, string DataDirectory, string Reference, string User, string Password);
