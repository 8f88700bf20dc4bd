using System.CommandLine;
using System.Globalization;
using Warren.Cli.Output;
using Warren.Cli.Running;
using Warren.V1;

namespace Warren.Cli.Cluster;

/// <summary><c>warren events</c>.</summary>
internal static class EventsCommand
{
    private static readonly Dictionary<string, SubjectKind> s_kinds = new()
    {
        ["cluster"] = SubjectKind.Cluster,
        ["service"] = SubjectKind.Service,
        ["task"] = SubjectKind.Task,
        ["node"] = SubjectKind.Node,
        ["secret"] = SubjectKind.Secret,
        ["config"] = SubjectKind.Config,
        ["volume"] = SubjectKind.Volume,
    };

    /// <summary>Makes it the command.</summary>
    public static Command Fill(App app, Command command)
    {
        var follow = new Option<bool>("--follow") { Description = "Go on with the events to come" };
        var since = new Option<long?>("--since") { Description = "Go on after the event of this cursor; 0: from the oldest that is kept [default: 0, with --follow: only those to come]", HelpName = "cursor" };
        var service = new Option<string?>("--service") { Description = "Only those that concern a service", HelpName = "name" };
        var node = new Option<string?>("--node") { Description = "Only those that concern a node", HelpName = "id" };
        var kinds = new Option<string[]>("--kind") { Description = $"Only those about these: {string.Join(", ", s_kinds.Keys)}", HelpName = "word", Arity = ArgumentArity.OneOrMore };
        kinds.CompletionSources.Add([.. s_kinds.Keys]);
        foreach (var option in new Option[] { follow, since, service, node, kinds }) command.Add(option);
        var shape = Shape.AddToStream(command);
        return app.On(command, async call =>
        {
            var request = new ReadEventsRequest { Follow = call.Get(follow) };
            if (call.Get(since) is { } cursor) request.Cursor = cursor;
            else if (!request.Follow) request.Cursor = 0;
            if (call.Get(service) is { } name) request.Service = name;
            if (call.Get(node) is { } id) request.Node = id;
            request.SubjectKinds.AddRange((call.Get(kinds) ?? []).Select(kind => Values.Choice("--kind", kind, s_kinds)));
            using var events = call.Manager.Events.Read(request, call.Endless);
            while (await call.NextAsync(events.ResponseStream))
            {
                var happened = events.ResponseStream.Current;
                shape.ShowNext(call, happened, happened.Cursor.ToString(CultureInfo.InvariantCulture), () => Line(happened));
            }

            return ExitCodes.Done;
        });
    }

    // The cursor first, since it is what a reader goes on after.
    private static string Line(Event happened)
    {
        var change = (happened.From.Length, happened.To.Length) switch
        {
            ( > 0, > 0) => $" {happened.From} -> {happened.To}",
            (0, > 0) => $" -> {happened.To}",
            _ => "",
        };
        var reason = happened.Reason.Length == 0 ? "" : $": {happened.Reason}";
        var at = happened.At.ToDateTimeOffset().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        return $"{happened.Cursor} {at} {Text.Word(happened.SubjectKind)} {happened.Subject} {Text.Word(happened.Kind)}{change}{reason}";
    }
}
