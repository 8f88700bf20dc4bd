using System.CommandLine;
using Warren.Cli.Output;
using Warren.Cli.Running;
using Warren.V1;

namespace Warren.Cli.Cluster;

/// <summary><c>warren cluster join-token</c>.</summary>
internal static class JoinTokenCommands
{
    private static readonly Dictionary<string, NodeRole> s_roles = new() { ["worker"] = NodeRole.Worker, ["manager"] = NodeRole.Manager };

    /// <summary>The command with its verbs.</summary>
    public static Command Create(App app) => new("join-token", "Tokens by which machines join")
    {
        Make(app),
        TokenVerbs.List(
            app, async call => (await call.Manager.Cluster.ListJoinTokensAsync(new(), call.Options)).Tokens, token => token.Id, ["ID", "ROLE", "STATE", "USES", "CREATED", "EXPIRES"],
            (call, token) =>
            [
                token.Id, Text.Word(token.Role), Text.Word(token.State), token.HasMaxUses ? $"{Text.Number(token.Uses)}/{Text.Number(token.MaxUses)}" : Text.Number(token.Uses),
                Text.Ago(token.CreatedAt, call.Time), TokenVerbs.Until(token.ExpiresAt),
            ]),
        TokenVerbs.Revoke(
            app, "Refuse tokens from now on; who has joined by them stays", "join token",
            (call, id) => call.Manager.Cluster.RevokeJoinTokenAsync(new() { Id = id }, call.Options).ResponseAsync),
        Rotate(app),
    };

    private static Command Make(App app)
    {
        var role = new Option<string>("--role") { Description = "What is to join with it: worker or manager", HelpName = "role", DefaultValueFactory = _ => "worker" };
        role.CompletionSources.Add([.. s_roles.Keys]);
        var expires = TokenVerbs.Expires("24h");
        var uses = new Option<string?>("--uses") { Description = "How many nodes may join with it [default: any number]", HelpName = "number" };
        return app.On(new("create", "Make a token; it is shown this once") { role, expires, uses }, async call =>
        {
            var request = new CreateJoinTokenRequest { Role = Values.Choice("--role", call.Get(role)!, s_roles), Lifetime = TokenVerbs.Lifetime(call, expires) };
            request.NeverExpires = request.Lifetime is null;
            if (call.Get(uses) is { } most) request.MaxUses = Values.Number("--uses", most);
            return Show(call, await call.Manager.Cluster.CreateJoinTokenAsync(request, call.Options));
        });
    }

    private static Command Rotate(App app)
    {
        var id = new Argument<string>("id") { Description = "The token's id" };
        var confirm = new Confirmation();
        var command = new Command("rotate", "Revoke a token and make another one for the same; it is shown this once") { id };
        confirm.AddTo(command);
        return app.On(command, async call =>
        {
            confirm.Ask(call, $"revoke {call.Get(id)} for good, and make another one");
            return Show(call, await call.Manager.Cluster.RotateJoinTokenAsync(new() { Id = call.Get(id) }, call.Options));
        });
    }

    private static int Show(Call call, CreateJoinTokenResponse made)
    {
        var (record, role) = (made.Record, Text.Word(made.Record.Role));
        return TokenVerbs.Show(
            call, made.Token,
            $"This is the token {record.Id} for {(record.HasMaxUses ? $"{Text.Number(record.MaxUses)} " : "")}{role}s, which is not shown again. It expires: {TokenVerbs.Until(record.ExpiresAt)}.",
            $"Put it into a file, and on the machine run: warren {role} join --token FILE ADDRESS");
    }
}
