using Microsoft.Extensions.Logging;
using Warren.Nodes;

namespace Warren.Grains.Clusters;

internal sealed partial class ClusterGrain
{
    [LoggerMessage(LogLevel.Information, "The cluster {Id} is made; its authority is {Digest}")]
    private partial void LogEstablished(string id, string digest);

    [LoggerMessage(LogLevel.Information, "The node {Node} has joined as {Role} by the token {Token}")]
    private partial void LogJoined(NodeId node, NodeRole role, string token);

    [LoggerMessage(LogLevel.Information, "The client {Name} has a certificate, number {Serial}, until {End}")]
    private partial void LogClientIssued(string name, string serial, DateTime end);

    [LoggerMessage(LogLevel.Information, "The node {Node}, a {Role}, has another certificate")]
    private partial void LogRenewed(NodeId node, NodeRole role);

    [LoggerMessage(LogLevel.Warning, "The node {Node} gets no certificate: {Cause}")]
    private partial void LogRefused(NodeId node, string cause);

    [LoggerMessage(LogLevel.Information, "The join token {Token} is made, for a {Role}")]
    private partial void LogTokenMade(string token, NodeRole role);

    [LoggerMessage(LogLevel.Information, "The join token {Token} is revoked")]
    private partial void LogTokenRevoked(string token);

    [LoggerMessage(LogLevel.Information, "Whom to trust is at version {Version}: {Step}, {Authorities} authorities")]
    private partial void LogTrustChanged(long version, string step, int authorities);

    [LoggerMessage(LogLevel.Warning, "The cluster: {Text}")]
    private partial void LogRotation(string text);

    [LoggerMessage(LogLevel.Warning, "The event log did not take an event about the authority's rotation: {Cause}")]
    private partial void LogEventLost(string cause);

    [LoggerMessage(LogLevel.Warning, "That {Count} nodes have followed the authority's rotation could not be stored; they say it again: {Cause}")]
    private partial void LogNotTaken(int count, string cause);

    [LoggerMessage(LogLevel.Warning, "A manager was not reached with version {Version} of whom to trust; it asks within seconds once it can: {Cause}")]
    private partial void LogNotTold(long version, string cause);
}
