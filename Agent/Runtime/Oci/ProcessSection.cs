using System.Collections.Immutable;
using Warren.Containers;
using Warren.Images;
using Warren.Validation;

namespace Warren.Agent.Runtime.Oci;

/// <summary>The first process of a container.</summary>
internal static class ProcessSection
{
    /// <summary>Where the node's init program is mounted: in <c>/dev</c>, which is the container's own memory, so no layer keeps a trace.</summary>
    internal const string InitTarget = "/dev/warren-init";

    public static OciProcess Create(OciSpecInput input, CapabilityList capabilities, List<ValidationProblem> problems)
    {
        var spec = input.Request.Spec;
        var config = input.Request.Image.Config;
        var accounts = new ImageAccounts(input.Passwd, input.Group);
        var user = accounts.Find(spec.User ?? config.User, spec.Groups, problems);
        return new()
        {
            Terminal = spec.Tty ? true : null,
            User = user.ToOci(),
            Args = Args(spec, config, problems),
            Env = Environment(input, user),
            Cwd = WorkingDirectory(spec, config),
            Capabilities = capabilities.For(user.Uid),
            Rlimits = spec.Security.Ulimits.IsEmpty ? null : [.. spec.Security.Ulimits.Select(Rlimit)],
            NoNewPrivileges = !spec.Security.AllowNewPrivileges && !spec.Security.Privileged,
            // Left out it would be that of containerd, which protects itself.
            OomScoreAdj = spec.Resources.OomScoreAdjustment ?? 0,
        };
    }

    private static ImmutableArray<string> Args(ContainerSpec spec, ImageConfig config, List<ValidationProblem> problems)
    {
        var program = spec.Command.IsEmpty ? config.Entrypoint : spec.Command;
        var arguments = !spec.Args.IsEmpty ? spec.Args : spec.Command.IsEmpty ? config.Cmd : [];
        var args = program.AddRange(arguments);
        if (args.IsEmpty) problems.Add(new("command", $"must be given, for the image {spec.Image} has neither entrypoint nor arguments"));
        return spec.Init ? [InitTarget, "--", .. args] : args;
    }

    private static string WorkingDirectory(ContainerSpec spec, ImageConfig config)
    {
        var folder = spec.WorkingDirectory ?? config.WorkingDirectory;
        return folder.StartsWith('/') ? folder : "/" + folder;
    }

    private static List<string> Environment(OciSpecInput input, ImageUser user)
    {
        var spec = input.Request.Spec;
        var environment = new EnvironmentList();
        environment.Set("PATH", EnvironmentList.UsualPath);
        environment.Set("HOSTNAME", input.Request.Hostname);
        if (spec.Tty) environment.Set("TERM", "xterm");
        foreach (var entry in input.Request.Image.Config.Env) environment.Set(entry);
        foreach (var (name, value) in spec.Env) environment.Set(name, value);
        if (!environment.Has("HOME")) environment.Set("HOME", user.Home);
        return environment.ToList();
    }

    private static OciRlimit Rlimit(UlimitSpec limit) =>
        new($"RLIMIT_{limit.Name.ToUpperInvariant()}", Limit(limit.Hard), Limit(limit.Soft));

    private static ulong Limit(long value) => value == Ulimits.Unlimited ? ulong.MaxValue : (ulong)value;
}
