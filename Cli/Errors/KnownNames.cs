using System.CommandLine.Parsing;
using Grpc.Core;
using Warren.Cli.Running;
using Warren.Cli.Tasks;

namespace Warren.Cli.Errors;

/// <summary>Says of a name that the cluster does not know which one may have been meant.</summary>
internal static class KnownNames
{
    /// <summary>The failure with what may have been meant, where the command is about things that have names.</summary>
    public static async Task<CliException> SuggestAsync(Call call, CliException failure)
    {
        var noun = Noun(call.Parsed.CommandResult);
        try
        {
            if (await ReadAsync(call, noun) is not { } known) return failure;
            var meant = call.Parsed.CommandResult.Tokens.Select(token => token.Value.Split('=')[0]).Where(word => !known.Contains(word))
                .Select(word => Suggestions.For(word, known)).FirstOrDefault(name => name is not null);
            return new(failure.ExitCode, $"{failure.Message}{(meant is null ? "" : $"; did you mean '{meant}'?")}", $"'warren {noun} list' shows what there is");
        }
        catch (RpcException)
        {
            // What was asked for is told without it.
            return failure;
        }
    }

    /// <summary>All names that the cluster has of what a noun means; null: what it means has none.</summary>
    public static async Task<IReadOnlyList<string>?> ReadAsync(Call call, string noun)
    {
        switch (noun)
        {
            case "service":
                return [.. (await Pages.AllAsync(async page =>
                {
                    var answer = await call.Manager.Services.ListAsync(new() { Page = page }, call.Options);
                    return (answer.Services, answer.NextPageToken);
                })).Select(service => service.Revision.Spec.Name)];
            case "task":
                return [.. (await TaskCommands.ReadAsync(call, new())).Select(task => task.Id)];
            case "node":
                return [.. (await Pages.AllAsync(async page =>
                {
                    var answer = await call.Manager.Nodes.ListAsync(new() { Page = page }, call.Options);
                    return (answer.Nodes, answer.NextPageToken);
                })).SelectMany(node => new[] { node.Description.Name, node.Id })];
            case "secret":
                return [.. (await Pages.AllAsync(async page =>
                {
                    var answer = await call.Manager.Secrets.ListAsync(new() { Page = page }, call.Options);
                    return (answer.Secrets, answer.NextPageToken);
                })).Select(secret => secret.Name)];
            case "config":
                return [.. (await Pages.AllAsync(async page =>
                {
                    var answer = await call.Manager.Configs.ListAsync(new() { Page = page }, call.Options);
                    return (answer.Configs, answer.NextPageToken);
                })).Select(config => config.Spec.Name)];
            case "volume":
                return [.. (await Pages.AllAsync(async page =>
                {
                    var answer = await call.Manager.Volumes.ListAsync(new() { Page = page }, call.Options);
                    return (answer.Volumes, answer.NextPageToken);
                })).Select(volume => volume.Spec.Name)];
            default:
                return null;
        }
    }

    // The first word of the command.
    private static string Noun(CommandResult result)
    {
        while (result.Parent is CommandResult { Parent: CommandResult } above) result = above;
        return result.Command.Name;
    }
}
