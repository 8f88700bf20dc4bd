using System.Net;
using Microsoft.AspNetCore.Connections;

namespace Orleans.TestingHost;

/// <summary>An <see cref="InMemoryNetwork"/> as one of its nodes sees it.</summary>
internal sealed class InMemoryTransport(InMemoryNetwork network, string node) : IConnectionListenerFactory, IConnectionFactory
{
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult<IConnectionListener>(network.Bind(node, (IPEndPoint)endpoint));

    public async ValueTask<ConnectionContext> ConnectAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        await network.ConnectAsync(node, endpoint, cancellationToken);
}
