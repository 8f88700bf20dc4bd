using System.CommandLine;
using Warren.Cli.Output;
using Warren.Cli.Running;
using Warren.V1;

namespace Warren.Cli.Objects;

/// <summary><c>warren config</c>.</summary>
internal static class ConfigCommands
{
    private const string Kind = "config", TemplateMeaning = "Each task gets it with fields such as {{node.hostname}} filled in";

    /// <summary>Adds the verbs.</summary>
    public static Command Fill(App app, Command config)
    {
        config.Add(Create(app));
        config.Add(ObjectVerbs.List(
            app, Kind, async (call, page, labels) =>
            {
                var answer = await call.Manager.Configs.ListAsync(new() { Page = page, LabelSelector = labels }, call.Options);
                return (answer.Configs, answer.NextPageToken);
            },
            item => item.Spec.Name, ["NAME*", "VERSION", "SIZE", "UPDATED", "LABELS*"],
            (item, time) => [item.Spec.Name, Text.Number(item.Version), Text.Bytes(item.Size), Text.Ago(item.UpdatedAt, time), Text.Labels(item.Spec.Labels)]));
        config.Add(Inspect(app));
        config.Add(Update(app));
        config.Add(ObjectVerbs.Delete(app, Kind, (call, name, force) =>
            call.Manager.Configs.DeleteAsync(new() { Name = name, Force = force, Options = Keys.New() }, call.Options).ResponseAsync));
        return config;
    }

    private static Command Inspect(App app)
    {
        var name = ObjectVerbs.Name(Kind);
        var isRaw = new Option<bool>("--content") { Description = "The content alone, as it is" };
        var command = new Command("inspect", "All that is known of a config; its content is in base64") { name, isRaw };
        var shape = Shape.AddTo(command);
        return app.On(command, async call =>
        {
            var config = await call.Manager.Configs.GetAsync(new() { Name = call.Get(name) }, call.Options);
            if (!call.Get(isRaw)) return shape.Show(call, config, config.Spec.Name);
            call.Write(config.Spec.Content.ToStringUtf8());
            return ExitCodes.Done;
        });
    }

    private static Command Create(App app)
    {
        var name = ObjectVerbs.Name(Kind);
        var (content, labels) = (new ContentSource(), new LabelOptions(isUpdate: false));
        var isTemplate = new Option<bool>("--template") { Description = TemplateMeaning };
        var command = new Command("create", "Make a config of a file, standard input or a text") { name };
        content.AddTo(command);
        command.Add(isTemplate);
        labels.AddTo(command);
        return app.On(command, async call =>
        {
            var spec = new ConfigSpec { Name = call.Get(name), Content = await content.RequireAsync(call), Template = call.Get(isTemplate) };
            labels.Apply(call, spec.Labels);
            await call.Manager.Configs.CreateAsync(new() { Spec = spec, Options = Keys.New() }, call.Options);
            call.Done(call.Get(name)!, $"config {spec.Name} is created");
            return ExitCodes.Done;
        });
    }

    private static Command Update(App app)
    {
        var name = ObjectVerbs.Name(Kind);
        var (content, labels) = (new ContentSource(), new LabelOptions(isUpdate: true));
        var isTemplate = new Option<bool?>("--template") { Description = $"{TemplateMeaning}; false for as it is" };
        var command = new Command("update", "Give a config other content or other labels") { name };
        content.AddTo(command);
        command.Add(isTemplate);
        labels.AddTo(command);
        return app.On(command, async call =>
        {
            var before = await call.Manager.Configs.GetAsync(new() { Name = call.Get(name) }, call.Options);
            var spec = new ConfigSpec { Name = before.Spec.Name, Labels = { before.Spec.Labels } };
            var isLabelled = labels.Apply(call, spec.Labels);
            var text = await content.ReadAsync(call);
            if (text is not null || call.Get(isTemplate) is not null)
                (spec.Content, spec.Template) = (text ?? before.Spec.Content, call.Get(isTemplate) ?? before.Spec.Template);
            else if (!isLabelled)
                throw ObjectVerbs.Nothing("a file, - or --literal for other content, --template, --label-add or --label-rm for labels");
            var options = Keys.New();
            options.ExpectedVersion = before.Version;
            var after = await call.Manager.Configs.UpdateAsync(new() { Spec = spec, Options = options }, call.Options);
            call.Done(after.Spec.Name, $"config {after.Spec.Name} is updated (version {after.Version})");
            return ExitCodes.Done;
        });
    }
}
