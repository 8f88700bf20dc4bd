using System.Globalization;
using Warren.Containers;

namespace Warren.Agent.Runtime.Fake;

/// <summary>
/// How a container of the fake runtime behaves: words, separated by dots, in the variable <c>WARREN_FAKE</c> of its environment, or else in the image's
/// tag after <c>fake.</c> (<c>web:fake.after-5s.exit-1</c>). Without words it runs until it is asked to end, and ends with code 0 then.
/// </summary>
internal sealed record FakeBehaviour
{
    /// <summary>The variable.</summary>
    public const string Variable = "WARREN_FAKE";

    private const string TagPrefix = "fake.";

    /// <summary><c>after-N</c>: it ends by itself so long after its start (<c>ms</c>, <c>s</c>, <c>m</c>, <c>h</c>).</summary>
    public TimeSpan? EndsAfter { get; init; }

    /// <summary><c>exit-N</c>: its code when it ends by itself or is asked to.</summary>
    public int ExitCode { get; init; }

    /// <summary><c>delay-N</c>: how long its start takes.</summary>
    public TimeSpan? StartDelay { get; init; }

    /// <summary><c>oom</c>: its end is an OOM kill.</summary>
    public bool OutOfMemory { get; init; }

    /// <summary><c>stubborn</c>: it ends by SIGKILL alone.</summary>
    public bool IsStubborn { get; init; }

    /// <summary><c>missing-NAME</c>: its start fails, since there is no such command in the image.</summary>
    public string? MissingCommand { get; init; }

    /// <summary>Reads the words of a container.</summary>
    /// <returns>The behaviour, or what is wrong with the words.</returns>
    public static (FakeBehaviour? Behaviour, string? Problem) Of(ContainerSpec spec)
    {
        if (spec.Env.TryGetValue(Variable, out var words)) return Parse(words);
        var tag = spec.Image[(spec.Image.LastIndexOf(':') + 1)..];
        return tag.StartsWith(TagPrefix, StringComparison.Ordinal) ? Parse(tag[TagPrefix.Length..]) : (new(), null);
    }

    internal static (FakeBehaviour? Behaviour, string? Problem) Parse(string words)
    {
        var behaviour = new FakeBehaviour();
        foreach (var word in words.Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, value) = word.IndexOf('-', StringComparison.Ordinal) is var dash and > 0 ? (word[..dash], word[(dash + 1)..]) : (word, "");
            FakeBehaviour? next = (name, value) switch
            {
                ("after", _) when Duration(value) is { } time => behaviour with { EndsAfter = time },
                ("delay", _) when Duration(value) is { } time => behaviour with { StartDelay = time },
                ("exit", _) when byte.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var code) => behaviour with { ExitCode = code },
                ("missing", { Length: > 0 }) => behaviour with { MissingCommand = value },
                ("oom", "") => behaviour with { OutOfMemory = true },
                ("stubborn", "") => behaviour with { IsStubborn = true },
                _ => null,
            };
            if (next is null) return (null, $"the fake runtime does not know '{word}'; it knows after-5s, delay-5s, exit-1, missing-NAME, oom and stubborn");
            behaviour = next;
        }
        return (behaviour, null);
    }

    private static TimeSpan? Duration(string text)
    {
        var digits = text.TakeWhile(char.IsAsciiDigit).Count();
        if (!int.TryParse(text[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return null;
        return text[digits..] switch
        {
            "ms" => TimeSpan.FromMilliseconds(number),
            "s" => TimeSpan.FromSeconds(number),
            "m" => TimeSpan.FromMinutes(number),
            "h" => TimeSpan.FromHours(number),
            _ => null,
        };
    }
}
