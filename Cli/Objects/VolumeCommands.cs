using System.CommandLine;
using Warren.Cli.Output;
using Warren.Cli.Running;
using Warren.V1;

namespace Warren.Cli.Objects;

/// <summary><c>warren volume</c>.</summary>
internal static class VolumeCommands
{
    private const string Kind = "volume";

    /// <summary>Adds the verbs.</summary>
    public static Command Fill(App app, Command volume)
    {
        volume.Add(Create(app));
        volume.Add(ObjectVerbs.List(
            app, Kind, async (call, page, labels) =>
            {
                var answer = await call.Manager.Volumes.ListAsync(new() { Page = page, LabelSelector = labels }, call.Options);
                return (answer.Volumes, answer.NextPageToken);
            },
            item => item.Spec.Name, ["NAME*", "DRIVER", "NODE", "CREATED", "LABELS*"],
            (item, time) => [item.Spec.Name, item.Spec.Driver, item.HasNode ? item.Node : "-", Text.Ago(item.CreatedAt, time), Text.Labels(item.Spec.Labels)]));
        volume.Add(ObjectVerbs.Inspect(
            app, Kind, "All that is known of a volume", (call, name) => call.Manager.Volumes.GetAsync(new() { Name = name }, call.Options).ResponseAsync));
        volume.Add(Update(app));
        volume.Add(ObjectVerbs.Delete(app, Kind, (call, name, force) =>
            call.Manager.Volumes.DeleteAsync(new() { Name = name, Force = force, Options = Keys.New() }, call.Options).ResponseAsync));
        return volume;
    }

    private static Command Create(App app)
    {
        var name = ObjectVerbs.Name(Kind);
        var driver = new Option<string?>("--driver", "-d") { Description = "Who keeps it: local or nfs [default: local]", HelpName = "driver" };
        driver.CompletionSources.Add("local", "nfs");
        var settings = new Option<string[]>("--opt") { Description = "A setting of the driver", HelpName = "name=value", Arity = ArgumentArity.OneOrMore };
        var labels = new LabelOptions(isUpdate: false);
        var command = new Command("create", "Make a volume") { name, driver, settings };
        labels.AddTo(command);
        return app.On(command, async call =>
        {
            var spec = new VolumeSpec { Name = call.Get(name) };
            if (call.Get(driver) is { } kept) spec.Driver = kept;
            foreach (var text in call.Get(settings) ?? [])
            {
                var (key, value) = Values.Pair("--opt", text);
                spec.Options[key] = value;
            }

            labels.Apply(call, spec.Labels);
            await call.Manager.Volumes.CreateAsync(new() { Spec = spec, Options = Keys.New() }, call.Options);
            call.Done(call.Get(name)!, $"volume {spec.Name} is created");
            return ExitCodes.Done;
        });
    }

    private static Command Update(App app)
    {
        var name = ObjectVerbs.Name(Kind);
        var labels = new LabelOptions(isUpdate: true);
        var command = new Command("update", "Give a volume other labels") { name };
        labels.AddTo(command);
        return app.On(command, async call =>
        {
            var before = await call.Manager.Volumes.GetAsync(new() { Name = call.Get(name) }, call.Options);
            var spec = before.Spec.Clone();
            if (!labels.Apply(call, spec.Labels)) throw ObjectVerbs.Nothing("--label-add or --label-rm");
            var options = Keys.New();
            options.ExpectedVersion = before.Version;
            var after = await call.Manager.Volumes.UpdateAsync(new() { Spec = spec, Options = options }, call.Options);
            call.Done(after.Spec.Name, $"volume {after.Spec.Name} is updated (version {after.Version})");
            return ExitCodes.Done;
        });
    }
}
