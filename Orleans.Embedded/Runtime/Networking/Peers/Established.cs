using Microsoft.AspNetCore.Connections;

namespace Orleans.Runtime.Networking;

/// <summary>A connection whose two ends know and accept each other.</summary>
internal sealed record Established(ConnectionContext Context, Stream Stream, RemoteProcess Remote)
{
    public async Task AbortAsync(string reason)
    {
        Context.Abort(new ConnectionAbortedException(reason));
        await Context.DisposeAsync();
    }
}
