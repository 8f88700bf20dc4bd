using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf.WellKnownTypes;
using Warren.Cli.Errors;
using Warren.Cli.Output;
using Warren.Cli.Running;

namespace Warren.Cli.Contexts;

/// <summary><c>warren context</c>: the clusters that the command knows.</summary>
internal static class ContextCommands
{
    /// <summary>Adds the verbs.</summary>
    public static Command Fill(App app, Command context)
    {
        context.Add(Create(app));
        context.Add(List(app));
        context.Add(Use(app));
        context.Add(Inspect(app));
        context.Add(Remove(app));
        context.Add(Export(app));
        context.Add(Import(app));
        return context;
    }

    private static Argument<string> Name() => new("name") { Description = "The context" };

    private static Command Create(App app)
    {
        var name = Name();
        var folder = new Option<string?>("--from") { Description = "A folder with host, cert.pem, key.pem and ca.pem, as 'warren cluster certificate' makes it", HelpName = "folder" };
        var command = new Command("create", "Know a cluster: by --from, or by --host with --certificate, --key and --authority") { name, folder };
        return app.On(command, call =>
        {
            var files = call.Get(folder) is { } path ? Read(path) : app.Hosts.Files(call.Parsed);
            if (files.Certificate is not null) Check(files);
            new ContextStore(call.Terminal).Add(call.Get(name)!, files);
            call.Done(call.Get(name)!, $"context {call.Get(name)} is the cluster at {files.Host}; 'warren context use {call.Get(name)}' makes it the one that is meant");
            return Task.FromResult(ExitCodes.Done);
        });
    }

    private static ContextFiles Read(string folder)
    {
        try
        {
            return new(
                File.ReadAllText(Path.Combine(folder, "host")).Trim(), File.ReadAllText(Path.Combine(folder, "cert.pem")),
                File.ReadAllText(Path.Combine(folder, "key.pem")), File.ReadAllText(Path.Combine(folder, "ca.pem")));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCodes.Usage, failure.Message, "name a folder with host, cert.pem, key.pem and ca.pem");
        }
    }

    private static X509Certificate2 Check(ContextFiles files)
    {
        try
        {
            return X509Certificate2.CreateFromPem(files.Certificate, files.Key);
        }
        catch (Exception failure) when (failure is CryptographicException or ArgumentException)
        {
            throw new CliException(ExitCodes.Usage, $"the certificate cannot be used: {failure.Message}", "give a certificate and the key that it was made for, both in PEM");
        }
    }

    private static Command List(App app)
    {
        var command = new Command("list", "The contexts; * marks the one that is meant when nothing else is said");
        command.Aliases.Add("ls");
        var shape = Shape.AddTo(command);
        return app.On(command, call =>
        {
            var store = new ContextStore(call.Terminal);
            var current = store.Current;
            var known = store.Names().Select(name => Shown(name, store.Read(name), name == current)).ToList();
            return Task.FromResult(shape.Show(call, known, context => context.Fields["name"].StringValue, () =>
            {
                var table = new Table("", "NAME", "HOST*");
                foreach (var context in known) table.Add(context.Fields["current"].BoolValue ? "*" : "", context.Fields["name"].StringValue, context.Fields["host"].StringValue);
                return table;
            }));
        });
    }

    // Without the key, which nobody is shown.
    private static Struct Shown(string name, ContextFiles files, bool isCurrent)
    {
        var context = new Struct { Fields = { ["name"] = Value.ForString(name), ["host"] = Value.ForString(files.Host), ["current"] = Value.ForBool(isCurrent) } };
        if (files.Certificate is null) return context;
        using var certificate = Check(files);
        context.Fields["certificate"] = Value.ForString(certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false));
        context.Fields["expiresAt"] = Value.ForString(certificate.NotAfter.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        return context;
    }

    private static Command Use(App app)
    {
        var name = Name();
        name.Arity = ArgumentArity.ZeroOrOne;
        var none = new Option<bool>("--none") { Description = "Mean this machine's manager again" };
        return app.On(new Command("use", "Mean this cluster when nothing else is said") { name, none }, call =>
        {
            if (call.Get(none) == call.Get(name) is not null) throw new CliException(ExitCodes.Usage, "either a name or --none must be given", "see 'warren context list'");
            new ContextStore(call.Terminal).Use(call.Get(name));
            call.Done(call.Get(name) ?? "", call.Get(name) is { } used ? $"{used} is meant from now on" : "this machine's manager is meant from now on");
            return Task.FromResult(ExitCodes.Done);
        });
    }

    private static Command Inspect(App app)
    {
        var name = Name();
        var command = new Command("inspect", "Where a context leads, and how long its certificate is good") { name };
        var shape = Shape.AddTo(command);
        return app.On(command, call =>
        {
            var store = new ContextStore(call.Terminal);
            var wanted = call.Get(name)!;
            return Task.FromResult(shape.Show(call, Shown(wanted, store.Read(wanted), wanted == store.Current), wanted));
        });
    }

    private static Command Remove(App app)
    {
        var (name, confirm) = (Name(), new Confirmation());
        var command = new Command("remove", "Forget a cluster, with the key of its certificate") { name };
        command.Aliases.Add("rm");
        confirm.AddTo(command);
        return app.On(command, call =>
        {
            var store = new ContextStore(call.Terminal);
            _ = store.Folder(call.Get(name)!);
            confirm.Ask(call, $"remove context {call.Get(name)} with its key");
            store.Remove(call.Get(name)!);
            call.Done(call.Get(name)!, $"context {call.Get(name)} is removed");
            return Task.FromResult(ExitCodes.Done);
        });
    }

    private static Command Export(App app)
    {
        var (name, file) = (Name(), new Argument<string>("file") { Description = "The file, which only you can read; - for standard output" });
        return app.On(new Command("export", "Write a context to one file; it holds the key, and whoever has it may use the cluster") { name, file }, call =>
        {
            var (path, text) = (call.Get(file)!, new ContextStore(call.Terminal).Read(call.Get(name)!).ToText());
            if (path == "-")
            {
                call.Write(text);
                return Task.FromResult(ExitCodes.Done);
            }

            if (File.Exists(path)) throw new CliException(ExitCodes.Conflict, $"{path} is there already", "name a file that is not");
            try
            {
                ContextStore.Write(path, text);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                throw new CliException(ExitCodes.Failed, $"{path} cannot be written: {failure.Message}", "name a file in a folder in which you may write");
            }

            call.Done(path, $"context {call.Get(name)} is in {path}; it holds a key: pass it on as you would a password");
            return Task.FromResult(ExitCodes.Done);
        });
    }

    private static Command Import(App app)
    {
        var (name, file) = (Name(), new Argument<string>("file") { Description = "A file that export has written; - for standard input" });
        return app.On(new Command("import", "Take in a context that was exported") { name, file }, async call =>
        {
            var path = call.Get(file)!;
            var files = ContextFiles.Parse(await TextAsync(call, path), path);
            if (files.Certificate is not null) Check(files).Dispose();
            new ContextStore(call.Terminal).Add(call.Get(name)!, files);
            call.Done(call.Get(name)!, $"context {call.Get(name)} is the cluster at {files.Host}");
            return ExitCodes.Done;
        });
    }

    private static async Task<string> TextAsync(Call call, string path)
    {
        try
        {
            if (path != "-") return await File.ReadAllTextAsync(path, call.Cancellation);
            using var input = new StreamReader(call.Terminal.In, leaveOpen: true);
            return await input.ReadToEndAsync(call.Cancellation);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCodes.Usage, failure.Message, "name a file that can be read, or - for standard input");
        }
    }
}
