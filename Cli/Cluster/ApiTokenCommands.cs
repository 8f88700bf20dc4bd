using System.CommandLine;
using Warren.Cli.Output;
using Warren.Cli.Running;
using Warren.V1;

namespace Warren.Cli.Cluster;

/// <summary><c>warren cluster api-token</c>.</summary>
internal static class ApiTokenCommands
{
    private static readonly Dictionary<string, ApiRole> s_roles = new() { ["viewer"] = ApiRole.Viewer, ["operator"] = ApiRole.Operator, ["admin"] = ApiRole.Admin };

    /// <summary>The command with its verbs.</summary>
    public static Command Create(App app) => new("api-token", "Tokens by which programs call the API, over REST or gRPC")
    {
        Make(app),
        TokenVerbs.List(
            app, async call => (await call.Manager.Access.ListTokensAsync(new(), call.Options)).Tokens, token => token.Id, ["ID", "NAME*", "ROLE", "STATE", "CREATED", "EXPIRES"],
            (call, token) => [token.Id, token.Name, Text.Word(token.Role), Text.Word(token.State), Text.Ago(token.CreatedAt, call.Time), TokenVerbs.Until(token.ExpiresAt)]),
        TokenVerbs.Revoke(
            app, "Refuse tokens from now on", "API token", (call, id) => call.Manager.Access.RevokeTokenAsync(new() { Id = id }, call.Options).ResponseAsync),
    };

    private static Command Make(App app)
    {
        var name = new Argument<string>("name") { Description = "Who is to use it, for lists and the audit log" };
        var role = new Option<string>("--role") { Description = "What its holder may do: viewer, operator or admin", HelpName = "role", DefaultValueFactory = _ => "viewer" };
        role.CompletionSources.Add([.. s_roles.Keys]);
        var expires = TokenVerbs.Expires("90d");
        return app.On(new("create", "Make a token; it is shown this once") { name, role, expires }, async call =>
        {
            var request = new CreateApiTokenRequest { Name = call.Get(name), Role = Values.Choice("--role", call.Get(role)!, s_roles), Lifetime = TokenVerbs.Lifetime(call, expires) };
            request.NeverExpires = request.Lifetime is null;
            var made = await call.Manager.Access.CreateTokenAsync(request, call.Options);
            var record = made.Record;
            return TokenVerbs.Show(
                call, made.Token,
                $"This is the API token {record.Id} of {record.Name} ({Text.Word(record.Role)}), which is not shown again. It expires: {TokenVerbs.Until(record.ExpiresAt)}.",
                "Use it as: curl --cacert AUTHORITY -H 'Authorization: Bearer TOKEN' https://MANAGER:2378/v1/services");
        });
    }
}
