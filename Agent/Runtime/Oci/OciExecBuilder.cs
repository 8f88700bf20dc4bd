using System.Text.Json;
using Warren.Validation;

namespace Warren.Agent.Runtime.Oci;

/// <summary>Computes the OCI description of a further process: that of the container's first, but for what was asked. Pure.</summary>
internal static class OciExecBuilder
{
    /// <exception cref="JsonException">The container's specification is none.</exception>
    public static OciSpecResult Build(OciExecInput input)
    {
        var problems = new List<ValidationProblem>();
        var process = Create(input, problems);
        return problems.Count == 0
            ? new(JsonSerializer.SerializeToUtf8Bytes(process, OciJson.Default.OciProcess), [])
            : new(default, [.. problems]);
    }

    private static OciProcess Create(OciExecInput input, List<ValidationProblem> problems)
    {
        var first = JsonSerializer.Deserialize(input.ContainerSpec.Span, OciJson.Default.OciSpec)?.Process
            ?? throw new JsonException("the container's specification is null");
        var request = input.Request;
        if (request.Command.IsEmpty) problems.Add(new("command", "must be given"));
        var accounts = new ImageAccounts(input.Passwd, input.Group);
        var user = request.User is { } name ? accounts.Find(name, [], problems) : null;
        return first with
        {
            Terminal = request.Tty ? true : null,
            ConsoleSize = request.Tty ? new((uint)request.Size.Rows, (uint)request.Size.Columns) : null,
            User = user?.ToOci() ?? first.User,
            Args = request.Command,
            Env = Environment(first, request, user, accounts),
            Cwd = request.WorkingDirectory ?? first.Cwd,
            Capabilities = Capabilities(first, request, user?.Uid ?? first.User.Uid, input.Node),
            NoNewPrivileges = first.NoNewPrivileges && !request.Privileged,
        };
    }

    private static List<string> Environment(OciProcess first, ExecRequest request, ImageUser? user, ImageAccounts accounts)
    {
        var environment = new EnvironmentList();
        foreach (var entry in first.Env) environment.Set(entry);
        // Another user's home follows the user, unless image or spec had set one of their own.
        var usualHome = accounts.HomeOf(first.User.Uid);
        if (user is not null && environment.Get("HOME") == usualHome) environment.Set("HOME", user.Home);
        if (request.Tty && !environment.Has("TERM")) environment.Set("TERM", "xterm");
        foreach (var (name, value) in request.Env) environment.Set(name, value);
        return environment.ToList();
    }

    private static OciCapabilities Capabilities(OciProcess first, ExecRequest request, uint uid, NodeFacts node)
    {
        if (request.Privileged)
        {
            var all = Warren.Containers.Capabilities.Names.Where(node.Capabilities.Contains).ToList();
            return new() { Bounding = all, Effective = all, Permitted = all, Inheritable = all, Ambient = uid == 0 ? null : all };
        }
        var list = new CapabilityList([.. first.Capabilities.Bounding], [.. first.Capabilities.Ambient ?? []]);
        return list.For(uid);
    }
}
