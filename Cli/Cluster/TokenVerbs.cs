using System.CommandLine;
using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using Warren.Cli.Output;
using Warren.Cli.Running;

namespace Warren.Cli.Cluster;

/// <summary>What the commands about join tokens and API tokens have in common.</summary>
internal static class TokenVerbs
{
    private const string Never = "never";

    /// <summary>The flag that says how long a token can be used.</summary>
    public static Option<string> Expires(string standard) =>
        new("--expires") { Description = $"How long it can be used, or '{Never}' for until it is revoked", HelpName = "time", DefaultValueFactory = _ => standard };

    /// <summary>What the flag says; null: until it is revoked.</summary>
    public static Duration? Lifetime(Call call, Option<string> expires) =>
        call.Get(expires) == Never ? null : Values.Time("--expires", call.Get(expires)!).ToDuration();

    /// <summary>Shows all.</summary>
    /// <param name="app">The command line.</param>
    /// <param name="read">Reads them.</param>
    /// <param name="id">The id of each.</param>
    /// <param name="columns">What the table shows.</param>
    /// <param name="row">The same of each.</param>
    public static Command List<T>(App app, Func<Call, Task<RepeatedField<T>>> read, Func<T, string> id, string[] columns, Func<Call, T, string[]> row)
        where T : IMessage
    {
        var command = new Command("list", "The tokens, without their secrets");
        command.Aliases.Add("ls");
        var shape = Shape.AddTo(command);
        return app.On(command, async call =>
        {
            var tokens = await read(call);
            return shape.Show(call, tokens, id, () =>
            {
                var table = new Table(columns);
                foreach (var token in tokens) table.Add(row(call, token));
                return table;
            });
        });
    }

    /// <summary>Refuses some from now on.</summary>
    /// <param name="app">The command line.</param>
    /// <param name="description">What it does.</param>
    /// <param name="kind">What the tokens are called.</param>
    /// <param name="revoke">Revokes one.</param>
    public static Command Revoke(App app, string description, string kind, Func<Call, string, Task> revoke)
    {
        var ids = new Argument<string[]>("id") { Description = "Ids of tokens", Arity = ArgumentArity.OneOrMore };
        var confirm = new Confirmation();
        var command = new Command("revoke", description) { ids };
        confirm.AddTo(command);
        return app.On(command, async call =>
        {
            confirm.Ask(call, $"revoke for good: {string.Join(", ", call.Get(ids)!)}");
            foreach (var id in call.Get(ids)!)
            {
                await revoke(call, id);
                call.Done(id, $"the {kind} {id} is revoked");
            }

            return ExitCodes.Done;
        });
    }

    /// <summary>Shows one that was made: the token alone is what a script takes; what a person wants to know besides goes elsewhere.</summary>
    public static int Show(Call call, string token, params string[] remarks)
    {
        call.Say(token);
        if (call.IsQuiet) return ExitCodes.Done;
        foreach (var remark in remarks) call.Terminal.Error.WriteLine(remark);
        return ExitCodes.Done;
    }

    /// <summary>When it can be used no more, as text.</summary>
    public static string Until(Timestamp? end) => end?.ToDateTimeOffset().ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture) ?? Never;
}
