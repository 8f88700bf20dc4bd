using System.CommandLine;
using Warren.Cli.Progress;
using Warren.Cli.Running;

namespace Warren.Cli.Services;

/// <summary><c>warren service update</c>.</summary>
internal static class ServiceUpdate
{
    /// <summary>Makes the command.</summary>
    public static Command Make(App app)
    {
        var name = new Argument<string>("service") { Description = "The service" };
        var command = new Command("update", "Change what is typed of a service, leave the rest, and wait until it runs") { name };
        if (!app.IsWanted(command.Name)) return command;
        var flags = ServiceFlags.Create(isUpdate: true);
        var wait = new WaitOptions();
        flags.AddTo(command);
        wait.AddTo(command);
        return app.On(command, async call =>
        {
            var before = (await call.Manager.Services.GetAsync(new() { Name = call.Get(name) }, call.Options)).Revision;
            var spec = before.Spec.Clone();
            flags.Apply(call.Parsed, spec);

            // What was changed is what was read: somebody else's change in between is not undone.
            var options = Keys.New();
            options.ExpectedVersion = before.Version;
            var after = await call.Manager.Services.UpdateAsync(new() { Spec = spec, Options = options }, call.Options);
            call.Done(call.Get(name)!, after.Revision.Version == before.Version
                ? $"service {call.Get(name)} stays as it is (version {before.Version})"
                : $"service {call.Get(name)} is updated (version {after.Revision.Version}{(after.Revision.TaskVersion == after.Revision.Version ? "" : "; no task is replaced")})");
            return await wait.UntilConvergedAsync(call, call.Get(name)!);
        });
    }
}
