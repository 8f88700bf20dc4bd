using Warren.Execs;

namespace Warren.Silo.Api.Execs;

/// <summary>One of the ways to a feed. The calls of an observer are made one after the other, so output, data and control have one each, and none waits for another.</summary>
internal sealed class ExecPart(ExecFeed feed) : IExecCaller
{
    /// <summary>Makes those of a feed: for output, data and control.</summary>
    public static ExecPart[] Three(ExecFeed feed) => [new(feed), new(feed), new(feed)];

    public Task<ExecAnswer> TakeAsync(ExecOutput output) => feed.TakeAsync(output);

    public Task<ExecInput> NextAsync(ExecChannel channel) => feed.NextAsync(channel);
}
