using System.CommandLine;
using Warren.Cli.Execs;
using Warren.Cli.Output;
using Warren.Cli.Progress;
using Warren.Cli.Running;
using Warren.Cli.Tasks;
using Warren.V1;

namespace Warren.Cli.Services;

/// <summary><c>warren service</c>.</summary>
internal static class ServiceCommands
{
    /// <summary>Adds the verbs.</summary>
    public static Command Fill(App app, Command service)
    {
        service.Add(ServiceCreate.Make(app));
        service.Add(ServiceUpdate.Make(app));
        service.Add(Scale(app));
        service.Add(Restart(app));
        service.Add(Run(app));
        service.Add(Rollout(app, "pause", "Hold a rollout where it is", (call, request) => call.Manager.Services.PauseRolloutAsync(new() { Name = request }, call.Options).ResponseAsync));
        service.Add(Rollout(app, "resume", "Let a held rollout go on", (call, request) => call.Manager.Services.ResumeRolloutAsync(new() { Name = request }, call.Options).ResponseAsync));
        service.Add(List(app));
        service.Add(Inspect(app));
        service.Add(Tasks(app));
        service.Add(LogsCommand.Make(app, isOfService: true));
        service.Add(ExecCommand.Make(app, isOfService: true));
        service.Add(History(app));
        service.Add(Delete(app));
        return service;
    }

    private static Argument<string> Name() => new("service") { Description = "The service" };

    private static Command Scale(App app)
    {
        var pairs = new Argument<string[]>("service=replicas") { Description = "Services, each with how many tasks it is to have", Arity = ArgumentArity.OneOrMore };
        var wait = new WaitOptions();
        var command = new Command("scale", "Change how many tasks a service has") { pairs };
        wait.AddTo(command);
        return app.On(command, async call =>
        {
            var wanted = call.Get(pairs)!.Select(text => Values.Pair("scale", text)).Select(pair => (pair.Name, Replicas: Values.Number("scale", pair.Value))).ToList();
            var code = ExitCodes.Done;
            foreach (var (name, replicas) in wanted)
            {
                var scaled = await call.Manager.Services.ScaleAsync(new() { Name = name, Replicas = replicas, Options = Keys.New() }, call.Options);
                call.Done(name, $"service {name} is to have {replicas} {(replicas == 1 ? "task" : "tasks")} (version {scaled.Revision.Version})");
                var waited = await wait.UntilConvergedAsync(call, name);
                code = code == ExitCodes.Done ? waited : code;
            }

            return code;
        });
    }

    private static Command Restart(App app)
    {
        var name = Name();
        var wait = new WaitOptions();
        var command = new Command("restart", "Replace all tasks of a service, as its update policy says") { name };
        wait.AddTo(command);
        return app.On(command, async call =>
        {
            var service = await call.Manager.Services.RestartAsync(new() { Name = call.Get(name), Options = Keys.New() }, call.Options);
            call.Done(call.Get(name)!, $"service {call.Get(name)} restarts (version {service.Revision.Version})");
            return await wait.UntilConvergedAsync(call, call.Get(name)!);
        });
    }

    private static Command Run(App app)
    {
        var name = Name();
        var wait = new WaitOptions();
        var command = new Command("run", "Begin a run of a job or cron job") { name };
        wait.AddTo(command);
        return app.On(command, async call =>
        {
            await call.Manager.Services.RunAsync(new() { Name = call.Get(name), Options = Keys.New() }, call.Options);
            call.Done(call.Get(name)!, $"a run of {call.Get(name)} begins");
            return await wait.UntilConvergedAsync(call, call.Get(name)!);
        });
    }

    private static Command Rollout(App app, string verb, string description, Func<Call, string, Task<Service>> change)
    {
        var name = Name();
        return app.On(new(verb, description) { name }, async call =>
        {
            var service = await change(call, call.Get(name)!);
            call.Done(call.Get(name)!, service.Rollout is { } rollout ? $"the rollout of {call.Get(name)} is {rollout.Phase}" : $"service {call.Get(name)} has no rollout");
            return ExitCodes.Done;
        });
    }

    private static Command List(App app)
    {
        var filter = ListOptions.Filter();
        var command = new Command("list", "Services") { filter };
        command.Aliases.Add("ls");
        var shape = Shape.AddTo(command);
        return app.On(command, async call =>
        {
            var services = await Pages.AllAsync(async page =>
            {
                var answer = await call.Manager.Services.ListAsync(new() { Page = page, LabelSelector = call.Get(filter) ?? "" }, call.Options);
                return (answer.Services, answer.NextPageToken);
            });
            return shape.Show(call, services, service => service.Revision.Spec.Name, () =>
            {
                var table = new Table("NAME*", "MODE", "READY", "IMAGE*", "STATE*");
                foreach (var service in services)
                {
                    table.Add(
                        service.Revision.Spec.Name, Text.Word(service.Revision.Spec.Mode), ServiceText.Ready(service), ServiceText.Image(service.Revision.Spec.Container.Image),
                        ServiceText.State(service));
                }

                return table;
            });
        });
    }

    private static Command Inspect(App app)
    {
        var name = Name();
        var command = new Command("inspect", "All that is known of a service") { name };
        var shape = Shape.AddTo(command);
        return app.On(command, async call =>
            shape.Show(call, await call.Manager.Services.GetAsync(new() { Name = call.Get(name) }, call.Options), call.Get(name)!));
    }

    private static Command Tasks(App app)
    {
        var names = new Argument<string[]>("service") { Description = "Services", Arity = ArgumentArity.OneOrMore };
        var all = ListOptions.All();
        var command = new Command("tasks", "The tasks of services") { names, all };
        command.Aliases.Add("ps");
        var shape = Shape.AddTo(command);
        return app.On(command, async call =>
        {
            var tasks = new List<V1.Task>();
            foreach (var name in call.Get(names)!)
                tasks.AddRange(await TaskCommands.ReadAsync(call, new() { Service = name, IncludeEnded = call.Get(all) }));
            return shape.Show(call, tasks, task => task.Id, () => TaskCommands.Table(tasks, call.Time));
        });
    }

    private static Command History(App app)
    {
        var name = Name();
        var command = new Command("history", "The versions of a service's spec that are kept, the latest first") { name };
        var shape = Shape.AddTo(command);
        return app.On(command, async call =>
        {
            var revisions = (await call.Manager.Services.ListRevisionsAsync(new() { Name = call.Get(name) }, call.Options)).Revisions;
            return shape.Show(call, revisions, revision => Text.Number(revision.Version), () =>
            {
                var table = new Table("VERSION", "AGE", "REPLICAS", "IMAGE*", "DIGEST*");
                foreach (var revision in revisions)
                {
                    var digest = revision.Image?.Reference is { } image && image.Contains('@', StringComparison.Ordinal) ? image[(image.IndexOf('@', StringComparison.Ordinal) + 1)..] : "";
                    table.Add(
                        Text.Number(revision.Version), Text.Ago(revision.At, call.Time), revision.Spec.HasReplicas ? Text.Number(revision.Spec.Replicas) : "-",
                        ServiceText.Image(revision.Spec.Container.Image), digest);
                }

                return table;
            });
        });
    }

    private static Command Delete(App app)
    {
        var names = new Argument<string[]>("service") { Description = "Services", Arity = ArgumentArity.OneOrMore };
        var confirm = new Confirmation();
        var command = new Command("delete", "Remove services with all their tasks") { names };
        command.Aliases.Add("rm");
        confirm.AddTo(command);
        return app.On(command, async call =>
        {
            confirm.Ask(call, $"remove {string.Join(", ", call.Get(names)!)} with all tasks");
            foreach (var name in call.Get(names)!)
            {
                await call.Manager.Services.DeleteAsync(new() { Name = name, Options = Keys.New() }, call.Options);
                call.Done(name, $"service {name} is being removed");
            }

            return ExitCodes.Done;
        });
    }
}
