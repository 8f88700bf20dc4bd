using System.CommandLine;
using Warren.Hosting.Identities;

namespace Warren.Daemon;

/// <summary>The options that name the files of a process's identity: all three, or none.</summary>
internal sealed class IdentityOptions
{
    private readonly Option<string?> _certificate = new("--certificate") { Description = "PEM file of this process's certificate.", HelpName = "file" };
    private readonly Option<string?> _key = new("--key") { Description = "PEM file of its private key, readable for its owner only.", HelpName = "file" };
    private readonly Option<string?> _authority = new("--authority") { Description = "PEM file of the authorities whose certificates are trusted.", HelpName = "file" };

    /// <summary>Adds them to a command, with the check that they come together.</summary>
    public void AddTo(Command command)
    {
        Option<string?>[] all = [_certificate, _key, _authority];
        foreach (var option in all)
            command.Add(option);
        command.Validators.Add(result =>
        {
            var missing = all.Where(option => result.GetResult(option) is null).Select(option => option.Name).ToList();
            if (missing.Count is 1 or 2)
                result.AddError($"--certificate, --key and --authority go together; missing: {string.Join(", ", missing)}");
        });
    }

    /// <summary>What was given, or null.</summary>
    public IdentityFiles? Get(ParseResult parsed) =>
        parsed.GetValue(_certificate) is { } certificate ? new(certificate, parsed.GetValue(_key)!, parsed.GetValue(_authority)!) : null;
}
