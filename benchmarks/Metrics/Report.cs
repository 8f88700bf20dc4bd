using System.Globalization;
using Warren.Benchmarks.Engine;

namespace Warren.Benchmarks.Metrics;

/// <summary>Prints figures as they come, and at the end what was aimed at and reached.</summary>
internal sealed class Report(IReadOnlyList<Aim> aims)
{
    private readonly List<Metric> _metrics = [];

    /// <summary>Prints a figure.</summary>
    public void Add(Metric metric)
    {
        _metrics.Add(metric);
        Console.WriteLine(metric);
    }

    /// <summary>Prints a figure.</summary>
    public void Add(string name, double value, string unit) => Add(new Metric(name, value, unit));

    /// <summary>Prints a rate, and what a call cost.</summary>
    public void Add(string name, Rate rate, string unit)
    {
        Add(name, rate.PerSecond, unit);
        AddContext($"{name}_cpu", rate.CpuMicroseconds, "us");
    }

    /// <summary>Prints a rate to compare with.</summary>
    public void AddContext(string name, Rate rate, string unit) => AddContext(name, rate.PerSecond, unit);

    /// <summary>Prints a figure to compare with.</summary>
    public void AddContext(string name, double value, string unit) => Add(new Metric(name, value, unit) { IsContext = true });

    /// <summary>Prints the table.</summary>
    /// <returns>Whether every promise among the printed figures was kept.</returns>
    public bool Summarise()
    {
        var kept = true;
        Console.WriteLine();
        Console.WriteLine($"{"figure",-28}{"aim",14}{"got",14}  unit");
        foreach (var metric in _metrics.Where(metric => !metric.IsContext))
        {
            var aim = aims.FirstOrDefault(candidate => candidate.Metric == metric.Name);
            var met = aim?.IsMet(metric.Value) ?? true;
            var text = aim is null ? "" : $"{(aim.IsLeast ? ">=" : "<=")} {aim.Limit.ToString(CultureInfo.InvariantCulture)}";
            Console.WriteLine($"{metric.Name,-28}{text,14}{metric.Text,14}  {metric.Unit}{(met ? "" : aim!.IsPromise ? "  BROKEN" : "  missed")}");
            if (!met && aim!.IsPromise) kept = false;
        }

        return kept;
    }
}
