using System.Net;
using Warren.Security;

namespace Warren.Silo.Api.Hosting;

/// <summary>Where the API is served.</summary>
/// <param name="Manager">The name of the manager that serves it.</param>
/// <param name="SocketPath">The path of the unix socket.</param>
/// <param name="Endpoint">Address and port for callers with certificates.</param>
/// <param name="RestEndpoint">Address and port for callers with certificates or tokens, over REST or gRPC.</param>
/// <param name="Certificates">What the manager proves its identity with there, and whom it trusts; null: it is served on the socket alone.</param>
internal sealed record ApiSettings(string Manager, string SocketPath, IPEndPoint Endpoint, IPEndPoint RestEndpoint, ICertificateProvider? Certificates);
