using System.Net;
using Microsoft.Extensions.Logging;

namespace Warren.Silo.Api.Hosting;

internal sealed partial class ApiServer
{
    [LoggerMessage(LogLevel.Information, "The API is served on {Socket} and {Endpoint}, as REST on {RestEndpoint}")]
    private partial void LogServed(string socket, EndPoint endpoint, EndPoint restEndpoint);

    [LoggerMessage(LogLevel.Information, "The API is served on {Socket} alone: without a certificate there is no port for callers from other machines")]
    private partial void LogSocketOnly(string socket);

    [LoggerMessage(LogLevel.Error, "A connection to the API on {Endpoint} was not taken")]
    private partial void LogNotAccepted(Exception failure, EndPoint endpoint);
}
