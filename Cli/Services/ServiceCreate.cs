using System.CommandLine;
using Warren.Cli.Progress;
using Warren.Cli.Running;
using Warren.V1;

namespace Warren.Cli.Services;

/// <summary><c>warren service create</c>.</summary>
internal static class ServiceCreate
{
    /// <summary>Makes the command.</summary>
    public static Command Make(App app)
    {
        var image = new Argument<string>("image") { Description = "The image" };
        var words = new Argument<string[]>("arguments") { Description = "Replaces the image's arguments; flags after the image are among them", Arity = ArgumentArity.ZeroOrMore };
        var command = new Command("create", "Make a service, and wait until it runs") { image, words };
        if (!app.IsWanted(command.Name)) return command;
        var flags = ServiceFlags.Create(isUpdate: false);
        var wait = new WaitOptions();
        flags.AddTo(command);
        wait.AddTo(command);
        return app.On(command, async call =>
        {
            var created = await call.Manager.Services.CreateAsync(new() { Spec = Spec(call.Parsed, flags, call.Get(image)!, call.Get(words)), Options = Keys.New() }, call.Options);
            var name = created.Revision.Spec.Name;
            call.Done(name, $"service {name} is created (version {created.Revision.Version})");
            return await wait.UntilConvergedAsync(call, name);
        });
    }

    /// <summary>The spec that was typed.</summary>
    public static ServiceSpec Spec(ParseResult parsed, FlagSet flags, string image, string[]? arguments)
    {
        var spec = new ServiceSpec { Name = NameOf(image), Container = new() { Image = image, Args = { arguments ?? [] } } };
        flags.Apply(parsed, spec);
        return spec;
    }

    // The last part of the image's name, as far as it can name a service.
    private static string NameOf(string image)
    {
        var name = image[(image.LastIndexOf('/') + 1)..].Split(':', '@')[0].ToLowerInvariant();
        return string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-')).Trim('-');
    }
}
