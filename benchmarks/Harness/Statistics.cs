namespace Warren.Harness;

/// <summary>Summaries of measurements.</summary>
public static class Statistics
{
    /// <summary>The middle value, or the mean of the two in the middle.</summary>
    public static double Median(IReadOnlyCollection<double> values)
    {
        var sorted = Sorted(values);
        var middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /// <summary>The smallest value that is not below the given share of all values.</summary>
    /// <param name="values">At least one.</param>
    /// <param name="share">More than 0, at most 1: 0.95 for the 95th percentile.</param>
    public static double Percentile(IReadOnlyCollection<double> values, double share)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(share);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(share, 1);
        var sorted = Sorted(values);
        return sorted[(int)Math.Ceiling(share * sorted.Length) - 1];
    }

    private static double[] Sorted(IReadOnlyCollection<double> values)
    {
        if (values.Count == 0) throw new ArgumentException("There is nothing to summarise.", nameof(values));
        return [.. values.Order()];
    }
}
