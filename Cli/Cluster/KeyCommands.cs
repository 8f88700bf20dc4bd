using System.CommandLine;
using Warren.Cli.Output;
using Warren.Cli.Running;
using Warren.V1;

namespace Warren.Cli.Cluster;

/// <summary><c>warren cluster key</c>.</summary>
internal static class KeyCommands
{
    /// <summary>The command with its verbs.</summary>
    public static Command Create(App app) => new("key", "The key of the managers' key files, which opens the secrets in the store") { Inspect(app), Rotate(app), Retire(app) };

    private static Command Inspect(App app)
    {
        var command = new Command("inspect", "Which key it is, and which managers have it; never the key");
        var shape = Shape.AddTo(command);
        return app.On(command, async call =>
        {
            var key = await call.Manager.Cluster.GetKeyAsync(new(), call.Options);
            return shape.Show(call, key, key.Id);
        });
    }

    private static Command Rotate(App app) => app.On(
        new("rotate", "Make another key for the key files of all managers; managers that are away take it over when they start"),
        async call => Tell(call, await call.Manager.Cluster.RotateKeyAsync(new(), call.Options)));

    private static Command Retire(App app)
    {
        var confirm = new Confirmation();
        var command = new Command("retire", "Give the old key up although managers do not have the new one, which then do not start by their key files");
        confirm.AddTo(command);
        return app.On(command, async call =>
        {
            confirm.Ask(call, "give the old key up");
            return Tell(call, await call.Manager.Cluster.RetireKeyAsync(new(), call.Options));
        });
    }

    private static int Tell(Call call, ClusterKey key)
    {
        var missing = string.Join(", ", key.Holders.Where(holder => !holder.IsCurrent).Select(holder => holder.Name));
        call.Done(key.Id, key.IsRotating ? $"the key is {key.Id} once these have taken it over: {missing}" : $"the key is {key.Id}, and all managers have it");
        return ExitCodes.Done;
    }
}
