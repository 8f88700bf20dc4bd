using System.CommandLine;
using Grpc.Core;
using Warren.Cli.Output;
using Warren.Cli.Running;
using Warren.Cli.Services;
using Warren.V1;

namespace Warren.Cli.Images;

/// <summary><c>warren image</c>.</summary>
internal static class ImageCommands
{
    // As much of a digest as tells images apart.
    private const int DigestLength = 12;

    /// <summary>Adds the verbs.</summary>
    public static Command Fill(App app, Command image)
    {
        image.Add(List(app));
        image.Add(Pull(app));
        image.Add(Import(app));
        image.Add(Prune(app));
        return image;
    }

    private static Option<string[]> Nodes() => new("--node") { Description = "Only on a node, by id or name; may be given several times [default: all]", HelpName = "node", AllowMultipleArgumentsPerToken = false };

    private static Command List(App app)
    {
        var nodes = Nodes();
        var command = new Command("list", "The images of nodes") { nodes };
        command.Aliases.Add("ls");
        var shape = Shape.AddTo(command);
        return app.On(command, async call =>
        {
            var answer = await call.Manager.Images.ListAsync(new() { Nodes = { call.Get(nodes) ?? [] } }, call.Options);
            return Show(call, shape, answer.Nodes);
        });
    }

    private static int Show(Call call, Shape shape, IReadOnlyList<NodeImages> nodes)
    {
        var code = shape.Show(call, nodes, node => string.Join('\n', node.Images.Select(image => image.Name)), () => Table(nodes, call.Time));
        if (!shape.IsTable(call)) return code;
        foreach (var node in nodes.Where(node => node.Notice.Length > 0)) call.Remark($"the images of {NameOf(node)} are not known: {node.Notice}");
        return code;
    }

    private static Table Table(IEnumerable<NodeImages> nodes, TimeProvider time)
    {
        var table = new Table("NODE*", "IMAGE*", "DIGEST", "SIZE", "TASKS", "LAST USED");
        foreach (var node in nodes)
        {
            foreach (var image in node.Images)
            {
                table.Add(
                    NameOf(node), ServiceText.Image(image.Name), ShortOf(image.Digest), Text.Bytes(image.Size),
                    image.Tasks.Count > 0 ? Text.Number(image.Tasks.Count) : image.Wanted ? "wanted" : "", Text.Ago(image.LastUsed, time));
            }
        }

        return table;
    }

    private static string ShortOf(string digest)
    {
        var hex = digest[(digest.IndexOf(':', StringComparison.Ordinal) + 1)..];
        return hex.Length > DigestLength ? hex[..DigestLength] : hex;
    }

    private static string NameOf(NodeImages node) => node.Name.Length > 0 ? node.Name : node.Node;

    private static Command Pull(App app)
    {
        var image = new Argument<string>("image") { Description = "The image, by tag or digest" };
        var nodes = Nodes();
        return app.On(new("pull", "Have nodes get an image before a task needs it") { image, nodes }, async call =>
        {
            using var answer = call.Manager.Images.Pull(new() { Image = call.Get(image)!, Nodes = { call.Get(nodes) ?? [] } }, call.Endless);
            await FollowAsync(call, answer.ResponseStream);
            return ExitCodes.Done;
        });
    }

    private static Command Import(App app)
    {
        var file = new Argument<string>("file") { Description = "An archive of images (OCI layout or docker save; tar, plain or gzip), or - for standard input" };
        var name = new Option<string?>("--name") { Description = "The name to give, for an archive with one image [default: the archive's own]", HelpName = "image" };
        var nodes = Nodes();
        return app.On(new("import", "Give nodes images from an archive, without a registry") { file, name, nodes }, async call =>
        {
            await using var archive = ArchiveSource.Open(call, call.Get(file)!);
            var start = new ImportStart { Nodes = { call.Get(nodes) ?? [] } };
            if (call.Get(name) is { } given) start.Name = given;
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(call.Cancellation);
            using var answer = call.Manager.Images.Import(new CallOptions(cancellationToken: ending.Token));
            var sending = ArchiveSource.SendAsync(archive, start, answer.RequestStream, ending.Token);
            var following = FollowAsync(call, answer.ResponseStream);

            // What cannot be read ends the call, so that nothing of it is taken.
            if (await System.Threading.Tasks.Task.WhenAny(sending, following) == sending && sending.IsFaulted) await ending.CancelAsync();
            try
            {
                await following;
            }
            catch (RpcException) when (sending.IsFaulted)
            {
                await sending;
            }
            finally
            {
                await ending.CancelAsync();
            }

            return ExitCodes.Done;
        });
    }

    private static async System.Threading.Tasks.Task FollowAsync(Call call, IAsyncStreamReader<ImageProgress> steps)
    {
        var view = new ImageProgressView(call);
        try
        {
            while (await steps.MoveNext(call.Cancellation)) view.Show(steps.Current);
        }
        finally
        {
            view.End();
        }
    }

    private static Command Prune(App app)
    {
        var nodes = Nodes();
        var dryRun = new Option<bool>("--dry-run") { Description = "Only say what would be removed" };
        var confirm = new Confirmation();
        var command = new Command("prune", "Remove the images that no task needs") { nodes, dryRun };
        confirm.AddTo(command);
        var shape = Shape.AddTo(command);
        return app.On(command, async call =>
        {
            var request = new PruneImagesRequest { Nodes = { call.Get(nodes) ?? [] }, DryRun = true };
            if (!call.Get(dryRun))
            {
                if (call.Terminal.IsInteractive)
                {
                    var would = await call.Manager.Images.PruneAsync(request, call.Options);
                    confirm.Ask(call, $"remove {Counted(would)}");
                }

                request.DryRun = false;
            }

            var answer = await call.Manager.Images.PruneAsync(request, call.Endless);
            var code = Show(call, shape, answer.Nodes);
            if (shape.IsTable(call)) call.Say($"{(request.DryRun ? "would remove" : "removed")} {Counted(answer)}");
            return code;
        });
    }

    private static string Counted(PruneImagesResponse answer)
    {
        var images = answer.Nodes.Sum(node => node.Images.Count);
        return $"{Text.Number(images)} {(images == 1 ? "image" : "images")}, {Text.Bytes(answer.Bytes)} packed";
    }
}
