namespace Warren.Agent.Network.NameFiles;

/// <summary>A container's files of names, to be bound over those of its image.</summary>
/// <param name="Hosts">For <c>/etc/hosts</c>.</param>
/// <param name="HostnameFile">For <c>/etc/hostname</c>.</param>
/// <param name="ResolvConf">For <c>/etc/resolv.conf</c>.</param>
/// <param name="Hostname">The name in them, which the container's kernel must know too.</param>
public sealed record NameFilePaths(string Hosts, string HostnameFile, string ResolvConf, string Hostname);
