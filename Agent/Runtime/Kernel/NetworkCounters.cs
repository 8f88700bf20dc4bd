using System.Globalization;

namespace Warren.Agent.Runtime.Kernel;

/// <summary>What the interfaces of a network namespace have carried, in bytes, without loopback.</summary>
internal readonly record struct NetworkCounters(long Received, long Sent)
{
    // Of the numbers behind an interface's name the first are bytes received, the ninth bytes sent.
    private const int SentField = 8;

    /// <summary>Reads the text of <c>/proc/&lt;pid&gt;/net/dev</c>.</summary>
    public static NetworkCounters Parse(string text)
    {
        var sum = default(NetworkCounters);
        foreach (var line in text.Split('\n'))
        {
            var colon = line.IndexOf(':');
            if (colon < 0 || line[..colon].Trim() == "lo") continue;
            var numbers = line[(colon + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            sum = new(
                sum.Received + long.Parse(numbers[0], CultureInfo.InvariantCulture),
                sum.Sent + long.Parse(numbers[SentField], CultureInfo.InvariantCulture));
        }
        return sum;
    }

    /// <summary>Of the namespace of a process; null when that is this process's own too.</summary>
    public static NetworkCounters? OfProcess(int process)
    {
        var own = File.ResolveLinkTarget("/proc/self/ns/net", returnFinalTarget: false)?.Name;
        var its = File.ResolveLinkTarget(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/ns/net"), returnFinalTarget: false)?.Name;
        return own == its ? null : Parse(File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/net/dev")));
    }
}
