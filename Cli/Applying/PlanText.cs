using System.Globalization;
using Warren.Cli.Running;
using Warren.V1;

namespace Warren.Cli.Applying;

/// <summary>A plan as people read it.</summary>
internal static class PlanText
{
    // So many lines of tasks of one service; what is more is counted.
    private const int MaxTaskLines = 12;

    /// <summary>What a resource is called.</summary>
    public static string Name(ResourcePlan plan) => $"{plan.Kind.ToString().ToLowerInvariant()} {plan.Name}";

    /// <summary>Writes all of it.</summary>
    public static void Write(Call call, PlanResponse plan)
    {
        var isFirst = true;
        foreach (var resource in plan.Resources.Where(resource => resource.Change != ChangeKind.None || HasWork(resource)))
        {
            if (!isFirst) call.Say("");
            isFirst = false;
            WriteResource(call, resource);
        }

        if (!isFirst) call.Say("");
        call.Say(Summary(plan));
    }

    /// <summary>Whether anything would be done.</summary>
    public static bool HasWork(PlanResponse plan) => plan.Resources.Any(resource => resource.Change != ChangeKind.None);

    private static bool HasWork(ResourcePlan resource) => resource.Tasks.Any(task => task.Fate != TaskFate.Keep);

    private static void WriteResource(Call call, ResourcePlan resource)
    {
        var (mark, color, says) = resource.Change switch
        {
            ChangeKind.Create => ("+", 32, "is created"),
            ChangeKind.Update => ("~", 33, string.Create(CultureInfo.InvariantCulture, $"is updated (version {resource.Version})")),
            ChangeKind.Delete => ("-", 31, "is removed"),
            _ => ("~", 33, "stays as it is, but for its tasks"),
        };
        call.Say(Colored(call, color, $"{mark} {Name(resource)} {says}"));
        foreach (var change in resource.Changes) call.Say("    " + Change(change, call.Terminal.Width - 4));
        if (resource.Tasks.Count == 0) return;
        call.Say($"    tasks: {Counts(resource)}");
        var lines = resource.Tasks.Where(task => task.Fate != TaskFate.Keep).Select(task => Task(resource, task)).ToList();
        foreach (var line in lines.Take(MaxTaskLines)) call.Say("      " + Cut(line, call.Terminal.Width - 6));
        if (lines.Count > MaxTaskLines) call.Say(string.Create(CultureInfo.InvariantCulture, $"      … and {lines.Count - MaxTaskLines} more"));
    }

    private static string Change(FieldChange change, int width)
    {
        var (before, after) = (change.HasBefore ? OneLine(change.Before) : null, change.HasAfter ? OneLine(change.After) : null);
        var values = (before, after) switch
        {
            (null, _) => after!,
            (_, null) => $"{before} → (none)",
            _ => $"{before} → {after}",
        };
        return Cut($"{change.Field}: {values}", width);
    }

    private static string OneLine(string text) => text.Length == 0 ? "\"\"" : text.ReplaceLineEndings("⏎");

    private static string Counts(ResourcePlan resource)
    {
        var words = new[] { (TaskFate.Keep, "kept"), (TaskFate.Replace, "replaced"), (TaskFate.Create, "created"), (TaskFate.Stop, "stopped") };
        return string.Join(", ", words.Select(word => (Count: resource.Tasks.Count(task => task.Fate == word.Item1), Word: word.Item2))
            .Where(count => count.Count > 0).Select(count => string.Create(CultureInfo.InvariantCulture, $"{count.Count} {count.Word}")));
    }

    private static string Task(ResourcePlan resource, TaskForecast task)
    {
        var name = task.HasTask ? task.Task : $"{resource.Name}.{task.Slot}";
        var from = task.HasNodeName ? $" on {task.NodeName}" : "";
        var to = task.HasPlacedOn ? $" on {task.PlacedOn}" : "";
        var says = task.Fate switch
        {
            TaskFate.Replace => $"{name}{from} is replaced{to}",
            TaskFate.Create => $"{name} is created{to}",
            _ => $"{name}{from} is stopped",
        };
        return task.Reason.Length == 0 ? says : $"{says}: {task.Reason}";
    }

    private static string Summary(PlanResponse plan)
    {
        int Of(ChangeKind kind) => plan.Resources.Count(resource => resource.Change == kind);
        return HasWork(plan)
            ? string.Create(CultureInfo.InvariantCulture, $"{Of(ChangeKind.Create)} to create, {Of(ChangeKind.Update)} to update, {Of(ChangeKind.Delete)} to remove, {Of(ChangeKind.None)} unchanged")
            : string.Create(CultureInfo.InvariantCulture, $"nothing to do: {Of(ChangeKind.None)} unchanged");
    }

    private static string Cut(string text, int width) => text.Length <= width ? text : text[..(width - 1)] + "…";

    private static string Colored(Call call, int color, string text) => call.Terminal.UsesColor ? string.Create(CultureInfo.InvariantCulture, $"\x1b[{color}m{text}\x1b[0m") : text;
}
