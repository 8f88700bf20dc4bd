using System.CommandLine;
using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Warren.Cli.Output;
using Warren.Cli.Running;
using Warren.V1;

namespace Warren.Cli.Cluster;

/// <summary><c>warren cluster join-token</c>.</summary>
internal static class JoinTokenCommands
{
    private const string Never = "never";

    private static readonly Dictionary<string, NodeRole> s_roles = new() { ["worker"] = NodeRole.Worker, ["manager"] = NodeRole.Manager };

    /// <summary>The command with its verbs.</summary>
    public static Command Create(App app) => new("join-token", "Tokens by which machines join") { Make(app), List(app), Revoke(app), Rotate(app) };

    private static Argument<string> Id() => new("id") { Description = "The token's id" };

    private static Command Make(App app)
    {
        var role = new Option<string>("--role") { Description = "What is to join with it: worker or manager", DefaultValueFactory = _ => "worker" };
        var expires = new Option<string>("--expires") { Description = $"How long it can be used, or '{Never}' for until it is revoked", HelpName = "time", DefaultValueFactory = _ => "24h" };
        var uses = new Option<string?>("--uses") { Description = "How many nodes may join with it [default: any number]", HelpName = "number" };
        return app.On(new("create", "Make a token; it is shown this once") { role, expires, uses }, async call =>
        {
            var request = new CreateJoinTokenRequest { Role = Values.Choice("--role", call.Get(role)!, s_roles) };
            if (call.Get(expires) == Never) request.NeverExpires = true;
            else request.Lifetime = Values.Time("--expires", call.Get(expires)!).ToDuration();
            if (call.Get(uses) is { } most) request.MaxUses = Values.Number("--uses", most);
            return Show(call, await call.Manager.Cluster.CreateJoinTokenAsync(request, call.Options));
        });
    }

    private static Command List(App app)
    {
        var command = new Command("list", "The tokens, without their secrets");
        command.Aliases.Add("ls");
        var shape = Shape.AddTo(command);
        return app.On(command, async call =>
        {
            var tokens = (await call.Manager.Cluster.ListJoinTokensAsync(new(), call.Options)).Tokens;
            return shape.Show(call, tokens, token => token.Id, () =>
            {
                var table = new Table("ID", "ROLE", "STATE", "USES", "CREATED", "EXPIRES");
                foreach (var token in tokens)
                {
                    table.Add(
                        token.Id, Text.Word(token.Role), Text.Word(token.State), token.HasMaxUses ? $"{Text.Number(token.Uses)}/{Text.Number(token.MaxUses)}" : Text.Number(token.Uses),
                        Text.Ago(token.CreatedAt, call.Time), Until(token));
                }

                return table;
            });
        });
    }

    private static Command Revoke(App app)
    {
        var ids = new Argument<string[]>("id") { Description = "Ids of tokens", Arity = ArgumentArity.OneOrMore };
        return app.On(new("revoke", "Refuse tokens from now on; who has joined by them stays") { ids }, async call =>
        {
            foreach (var id in call.Get(ids)!)
            {
                await call.Manager.Cluster.RevokeJoinTokenAsync(new() { Id = id }, call.Options);
                call.Done(id, $"the join token {id} is revoked");
            }

            return ExitCodes.Done;
        });
    }

    private static Command Rotate(App app)
    {
        var id = Id();
        return app.On(new("rotate", "Revoke a token and make another one for the same; it is shown this once") { id }, async call =>
            Show(call, await call.Manager.Cluster.RotateJoinTokenAsync(new() { Id = call.Get(id) }, call.Options)));
    }

    // The token alone is what a script takes; what a person wants to know besides goes elsewhere.
    private static int Show(Call call, CreateJoinTokenResponse made)
    {
        call.Say(made.Token);
        if (call.IsQuiet) return ExitCodes.Done;
        var (record, role) = (made.Record, Text.Word(made.Record.Role));
        call.Terminal.Error.WriteLine(
            $"This is the token {record.Id} for {(record.HasMaxUses ? $"{Text.Number(record.MaxUses)} " : "")}{role}s, which is not shown again. It expires: {Until(record)}.");
        call.Terminal.Error.WriteLine($"Put it into a file, and on the machine run: warrend {role} --token FILE --manager ADDRESS");
        return ExitCodes.Done;
    }

    private static string Until(JoinToken token) =>
        token.ExpiresAt is { } end ? end.ToDateTimeOffset().ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture) : Never;
}
