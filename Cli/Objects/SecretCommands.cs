using System.CommandLine;
using Warren.Cli.Output;
using Warren.Cli.Running;
using Warren.V1;

namespace Warren.Cli.Objects;

/// <summary><c>warren secret</c>.</summary>
internal static class SecretCommands
{
    private const string Kind = "secret";

    /// <summary>Adds the verbs.</summary>
    public static Command Fill(App app, Command secret)
    {
        secret.Add(Create(app));
        secret.Add(ObjectVerbs.List(
            app, Kind, async (call, page, labels) =>
            {
                var answer = await call.Manager.Secrets.ListAsync(new() { Page = page, LabelSelector = labels }, call.Options);
                return (answer.Secrets, answer.NextPageToken);
            },
            item => item.Name, ["NAME*", "VERSION", "UPDATED", "LABELS*"],
            (item, time) => [item.Name, Text.Number(item.Version), Text.Ago(item.UpdatedAt, time), Text.Labels(item.Labels)]));
        secret.Add(ObjectVerbs.Inspect(
            app, Kind, "All that is known of a secret but its value, which nobody is shown",
            (call, name) => call.Manager.Secrets.GetAsync(new() { Name = name }, call.Options).ResponseAsync));
        secret.Add(Update(app));
        secret.Add(ObjectVerbs.Delete(app, Kind, (call, name, force) =>
            call.Manager.Secrets.DeleteAsync(new() { Name = name, Force = force, Options = Keys.New() }, call.Options).ResponseAsync));
        return secret;
    }

    private static Command Create(App app)
    {
        var name = ObjectVerbs.Name(Kind);
        var (content, labels) = (new ContentSource(), new LabelOptions(isUpdate: false));
        var command = new Command("create", "Make a secret of a file, standard input or a text") { name };
        content.AddTo(command);
        labels.AddTo(command);
        return app.On(command, async call =>
        {
            var spec = new SecretSpec { Name = call.Get(name), Value = await content.RequireAsync(call) };
            labels.Apply(call, spec.Labels);
            await call.Manager.Secrets.CreateAsync(new() { Spec = spec, Options = Keys.New() }, call.Options);
            call.Done(call.Get(name)!, $"secret {spec.Name} is created");
            return ExitCodes.Done;
        });
    }

    private static Command Update(App app)
    {
        var name = ObjectVerbs.Name(Kind);
        var (content, labels) = (new ContentSource(), new LabelOptions(isUpdate: true));
        var command = new Command("update", "Give a secret another value or other labels") { name };
        content.AddTo(command);
        labels.AddTo(command);
        return app.On(command, async call =>
        {
            var before = await call.Manager.Secrets.GetAsync(new() { Name = call.Get(name) }, call.Options);
            var spec = new SecretSpec { Name = before.Name, Labels = { before.Labels } };
            var isLabelled = labels.Apply(call, spec.Labels);
            if (await content.ReadAsync(call) is { } value) spec.Value = value;
            else if (!isLabelled) throw ObjectVerbs.Nothing("a file, - or --literal for another value, --label-add or --label-rm for labels");
            var options = Keys.New();
            options.ExpectedVersion = before.Version;
            var after = await call.Manager.Secrets.UpdateAsync(new() { Spec = spec, Options = options }, call.Options);
            call.Done(after.Name, $"secret {after.Name} is updated (version {after.Version})");
            return ExitCodes.Done;
        });
    }
}
