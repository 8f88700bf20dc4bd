using Warren.Cli.Tests.Testing;

namespace Warren.Cli.Tests;

/// <summary>What is typed wrong: each is refused with what it is, the rule and the next step, before a manager is asked.</summary>
public sealed class WrongInputTests
{
    [Theory]
    [InlineData("srvice list", "unknown command 'srvice' for 'warren'; did you mean 'service'?", "see 'warren --help'")]
    [InlineData("service lst", "unknown command 'lst' for 'warren service'; did you mean 'list'?", "see 'warren service --help'")]
    [InlineData("service list --fliter a", "unknown flag '--fliter' for 'warren service list'; did you mean '--filter'?", "see 'warren service list --help'")]
    [InlineData("service", "'warren service' wants a command: *", "see 'warren service --help'")]
    [InlineData("version extra", "unknown argument 'extra' for 'warren version'", "see 'warren version --help'")]
    [InlineData("completion ksh", "unknown command 'ksh' for 'warren completion'; did you mean 'zsh'?", "see 'warren completion --help'")]
    [InlineData("service create", "IMAGE must be given: The image", "see 'warren service create --help'")]
    [InlineData("service exec web", "COMMAND must be given: The program and its arguments", "see 'warren service exec --help'")]
    [InlineData("service delete", "SERVICE must be given: *", "see 'warren service delete --help'")]
    [InlineData("events --service", "--service: must have a value", "see 'warren events --help'")]
    [InlineData("apply", "--file: must be given: *", "see 'warren apply --help'")]
    [InlineData("events --since x", "--since: must be a whole number, was 'x'", "see 'warren events --help'")]
    [InlineData("cluster init --port x", "--port: must be a whole number, was 'x'", "see 'warren cluster init --help'")]
    [InlineData("events --kind sevice", "--kind: must be one of cluster, service, task, node, secret, config, volume, was 'sevice'; did you mean 'service'?", "see 'warren events --help'")]
    [InlineData("service list --output xml", "--output: must be table, json, yaml or name, was 'xml'", "see 'warren service list --help'")]
    [InlineData("service scale web", "scale: must be NAME=VALUE, was 'web'", "see 'warren service scale --help'")]
    [InlineData("service scale web=x", "scale: must be a whole number, was 'x'", "see 'warren service scale --help'")]
    [InlineData("service create --replicas x nginx", "--replicas: must be a whole number, was 'x'", "see 'warren service create --help'")]
    [InlineData("service create --limit-memory 10q nginx", "--limit-memory: must be a size such as 512m or 1g, was '10q'", "see 'warren service create --help'")]
    [InlineData("service create --limit-cpu 0.0001 nginx", "--limit-cpu: must be a number of cores with at most three decimals, such as 0.5, was '0.0001'", "see 'warren service create --help'")]
    [InlineData("service create --update-order sideways nginx", "--update-order: must be one of auto, start-first, stop-first, was 'sideways'", "see 'warren service create --help'")]
    [InlineData("service create --env =x nginx", "--env: must be NAME=VALUE, was '=x'", "see 'warren service create --help'")]
    [InlineData("service create --env-file /not/there nginx", "--env-file: *", "*")]
    [InlineData("cluster join-token create --role boss", "--role: must be one of worker, manager, was 'boss'", "see 'warren cluster join-token create --help'")]
    [InlineData("cluster join-token create --expires soon", "--expires: must be a time such as 1m30s or 500ms, was 'soon'", "see 'warren cluster join-token create --help'")]
    [InlineData("cluster join-token create --uses many", "--uses: must be a whole number, was 'many'", "see 'warren cluster join-token create --help'")]
    [InlineData("service create --wait-timeout soon nginx", "--wait-timeout: must be a time such as 1m30s or 500ms, was 'soon'", "see 'warren service create --help'")]
    [InlineData("service scale --wait-timeout soon web=2", "--wait-timeout: must be a time such as 1m30s or 500ms, was 'soon'", "see 'warren service scale --help'")]
    [InlineData("delete --wait-timeout 5x -f .", "--wait-timeout: must be a time with the units ms, s, m, h or d, such as 1m30s, was '5x'", "see 'warren delete --help'")]
    [InlineData("node label n1 zone", "labels: must be NAME=VALUE, was 'zone'", "see 'warren node label --help'")]
    [InlineData("volume create --opt x data", "--opt: must be NAME=VALUE, was 'x'", "see 'warren volume create --help'")]
    [InlineData("secret create key /not/there", "Could not find *'/not/there'.", "name a file that can be read, or - for standard input")]
    [InlineData("apply -f /not/there", "Could not find *'/not/there'.", "name a file that can be read, a folder, or - for standard input")]
    [InlineData("--timeout abc service list", "--timeout: must be a time such as 1m30s or 500ms, was 'abc'", "see 'warren service list --help'")]
    [InlineData("--host http://a/b service list", "--host: must be a path or ADDRESS[:PORT], was 'http://a/b'", "*")]
    [InlineData("--host 10.0.0.1 service list", "the manager at 10.0.0.1 wants a certificate; missing: --certificate, --key, --authority", "give them, or a --context that has them")]
    public async Task Words_Wrong_AreRefusedWithTheRuleAndTheNextStep(string words, string message, string hint)
    {
        // Nobody listens there; what reaches it has got too far.
        string[] where = words.Contains("--host", StringComparison.Ordinal) ? [] : ["--host", "/run/warren-is-not-here.sock"];
        var outcome = await Outcome.OfAsync([.. where, .. words.Split(' ')]);
        (outcome.Code, outcome.Out).ShouldBe((2, ""), outcome.Error);
        var lines = outcome.Error.TrimEnd().Split('\n');
        lines.Length.ShouldBe(2, outcome.Error);
        System.IO.Enumeration.FileSystemName.MatchesSimpleExpression("Error: " + message.Replace("\\", "\\\\", StringComparison.Ordinal), lines[0]).ShouldBeTrue(outcome.Error);
        System.IO.Enumeration.FileSystemName.MatchesSimpleExpression("  " + hint, lines[1]).ShouldBeTrue(outcome.Error);
    }
}
