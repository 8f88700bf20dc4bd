using System.Collections.Immutable;
using Warren.Containers;
using Warren.Nodes;
using Warren.Services;
using Warren.Tasks;

namespace Warren.Agent.Tests.Assignments;

/// <summary>What managers say in tests.</summary>
internal static class Wanted
{
    public static readonly ServiceName Web = new("web");

    public static TaskId Id(int slot, int generation = 1) => TaskId.Parse($"web.{slot}.{generation}");

    public static TaskAssignment Task(int slot, DesiredState desired = DesiredState.Running, long version = 1, string reason = "wanted") =>
        new(Id(slot), version, desired, reason);

    public static TaskTemplate Template(long version = 1, string image = "registry.test/app:1", params TaskFile[] files) => new()
    {
        Service = Web,
        Version = version,
        Container = new() { Image = image },
        Files = [.. files],
    };

    public static TaskTemplate Template(ContainerSpec spec) => Template() with { Container = spec };

    public static TaskFile File(string content, bool isSecret) => new()
    {
        Target = isSecret ? "/run/secrets/s" : "/etc/app.conf",
        Content = System.Text.Encoding.UTF8.GetBytes(content),
        Mode = 0x100,
        Uid = 0,
        Gid = 0,
        IsSecret = isSecret,
    };

    public static AssignmentMessage Everything(long version, ImmutableArray<TaskTemplate> templates, params TaskAssignment[] tasks) =>
        new() { From = 0, To = version, IsEverything = true, Set = [.. tasks], Templates = templates };

    public static AssignmentMessage Change(long from, long to, ImmutableArray<TaskTemplate> templates, params TaskAssignment[] tasks) =>
        new() { From = from, To = to, IsEverything = false, Set = [.. tasks], Templates = templates };

    public static AssignmentMessage Drop(long from, long to, params TaskId[] tasks) =>
        new() { From = from, To = to, IsEverything = false, Drop = [.. tasks] };
}
