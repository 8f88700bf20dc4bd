using Google.Protobuf.WellKnownTypes;
using Warren.Cli.Running;
using Warren.V1;

namespace Warren.Cli.Compose;

/// <summary>Reads a health check. Docker's answers two questions at once, so it sets both probes; what it leaves out is as Docker has it.</summary>
internal static class ComposeHealth
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(30), s_timeout = TimeSpan.FromSeconds(30);

    /// <summary>Reads it.</summary>
    public static void Read(ContainerSpec container, ComposeValue value)
    {
        var (probe, isOff) = (new ProbeSpec { Interval = s_interval.ToDuration(), Timeout = s_timeout.ToDuration(), Retries = 3 }, false);
        foreach (var (key, at) in value.Keys("services.*.healthcheck"))
        {
            switch (key)
            {
                case "test":
                    isOff |= !ReadTest(probe, at);
                    break;
                case "disable":
                    isOff |= at.Yes();
                    break;
                case "retries":
                    at.Use(text => probe.Retries = Values.Number("", text));
                    break;
                case "interval":
                    at.Use(text => probe.Interval = Values.Time("", text).ToDuration());
                    break;
                case "timeout":
                    at.Use(text => probe.Timeout = Values.Time("", text).ToDuration());
                    break;
                default:
                    at.Use(text => probe.StartPeriod = Values.Time("", text).ToDuration());
                    break;
            }
        }

        if (isOff) return;
        if (probe.Exec.Count == 0)
        {
            value.Problem("must say how to ask, by test: the check of an image is not known");
            return;
        }

        (container.Liveness, container.Readiness) = (probe, probe.Clone());
    }

    /// <returns>False: there is to be none.</returns>
    private static bool ReadTest(ProbeSpec probe, ComposeValue value)
    {
        if (!value.IsList)
        {
            value.Use(text => probe.Exec.AddRange(["/bin/sh", "-c", text]));
            return true;
        }

        switch (value.Texts().ToList())
        {
            case ["NONE"]:
                return false;
            case ["CMD", _, ..] and [_, .. var words]:
                probe.Exec.AddRange(words);
                return true;
            case ["CMD-SHELL", var script]:
                probe.Exec.AddRange(["/bin/sh", "-c", script]);
                return true;
            default:
                value.Problem("must begin with CMD and a program, CMD-SHELL and one text, or be NONE");
                return true;
        }
    }
}
