using System.CommandLine;
using Warren.Agent.Images;

namespace Warren.Daemon;

/// <summary>Options that say when images are removed to free the disk.</summary>
internal sealed class ImageSettings(ImageCollectionPolicy standard)
{
    private readonly Option<int> _high = new("--image-high-percent")
    {
        Description = "How full containerd's disk is, in percent, when images that no task needs begin to be removed.",
        HelpName = "percent",
        DefaultValueFactory = _ => standard.HighPercent,
    };

    private readonly Option<int> _low = new("--image-low-percent")
    {
        Description = "How full it is when that stops.",
        HelpName = "percent",
        DefaultValueFactory = _ => standard.LowPercent,
    };

    private readonly Option<TimeSpan> _age = new("--image-min-age")
    {
        Description = "An image that came or was used more recently than this is kept, as hours:minutes:seconds.",
        DefaultValueFactory = _ => standard.MinAge,
    };

    private readonly Option<TimeSpan> _interval = new("--image-interval")
    {
        Description = "How often the disk is looked at, as hours:minutes:seconds.",
        DefaultValueFactory = _ => standard.Interval,
    };

    /// <summary>Gives a command the options.</summary>
    public void AddTo(Command command)
    {
        command.Add(_high);
        command.Add(_low);
        command.Add(_age);
        command.Add(_interval);
    }

    /// <summary>What was given.</summary>
    public ImageCollectionPolicy Get(ParseResult parsed) => new()
    {
        HighPercent = parsed.GetValue(_high),
        LowPercent = parsed.GetValue(_low),
        MinAge = parsed.GetValue(_age),
        Interval = parsed.GetValue(_interval),
    };
}
