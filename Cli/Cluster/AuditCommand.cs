using System.CommandLine;
using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Warren.Cli.Output;
using Warren.Cli.Running;
using Warren.V1;

namespace Warren.Cli.Cluster;

/// <summary><c>warren cluster audit</c>.</summary>
internal static class AuditCommand
{
    /// <summary>The command.</summary>
    public static Command Create(App app)
    {
        var tail = new Option<int?>("--tail") { Description = "So many of the last entries [default: 100, with --follow: 0]", HelpName = "number" };
        var follow = new Option<bool>("--follow", "-f") { Description = "Go on with the entries to come" };
        var since = new Option<string?>("--since") { Description = "Only what was asked so long ago or later, as 2h", HelpName = "time" };
        var who = new Option<string?>("--who") { Description = "Only what this caller asked, as the log has it: root, 'client alice', 'token ci (k3m9x2pq)'", HelpName = "caller" };
        var target = new Option<string?>("--target") { Description = "Only what is about this, as the log has it: 'service web'", HelpName = "thing" };
        var command = new Command("audit", "Who asked for which change, and what came of it") { tail, follow, since, who, target };
        var shape = Shape.AddToStream(command);
        return app.On(command, async call =>
        {
            var request = new ReadAuditRequest { Follow = call.Get(follow) };
            if ((call.Get(tail) ?? (request.Follow ? 0 : null)) is { } last) request.Tail = last;
            if (call.Get(since) is { } ago) request.Since = (call.Time.GetUtcNow() - Values.Time("--since", ago)).ToTimestamp();
            if (call.Get(who) is { } caller) request.Who = caller;
            if (call.Get(target) is { } thing) request.Target = thing;
            using var entries = call.Manager.Access.ReadAudit(request, call.Endless);
            while (await call.NextAsync(entries.ResponseStream))
            {
                var entry = entries.ResponseStream.Current;
                shape.ShowNext(call, entry, entry.Cursor.ToString(CultureInfo.InvariantCulture), () => Line(entry));
            }

            return ExitCodes.Done;
        });
    }

    private static string Line(AuditEntry entry)
    {
        var at = entry.At.ToDateTimeOffset().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        var what = string.Join(' ', new[] { entry.Operation, entry.Target, entry.Detail }.Where(part => part.Length > 0));
        var outcome = entry.Outcome.Length == 0 ? "(outcome not known)" : entry.Outcome;
        var why = entry.Message.Length == 0 ? "" : $"\n    {entry.Message}";
        return $"{at} {entry.Who} from {entry.From}: {outcome}\n    {what}{why}";
    }
}
