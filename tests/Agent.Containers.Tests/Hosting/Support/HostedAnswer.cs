namespace Warren.Agent.Containers.Tests.Hosting.Support;

/// <summary>What became of a command.</summary>
/// <param name="Fault">The exception and its fault: <c>NetworkException.PortInUse</c>; null after a success.</param>
/// <param name="Message">Its message.</param>
/// <param name="Containers">What there is, or the one that was started.</param>
/// <param name="Lines">Text: addresses, output, what was removed.</param>
internal sealed record HostedAnswer(string? Fault, string? Message, HostedStatus[] Containers, string[] Lines)
{
    public static HostedAnswer Of(params HostedStatus[] containers) => new(null, null, containers, []);

    public static HostedAnswer Of(IEnumerable<string> lines) => new(null, null, [], [.. lines]);
}
