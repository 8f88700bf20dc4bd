using System.CommandLine;
using Warren.Images;

namespace Warren.Daemon;

/// <summary>The options that name the files about registries, of managers and workers alike.</summary>
internal sealed class RegistrySettings
{
    private static readonly RegistryOptions s_standard = new();

    private readonly Option<string> _registries = File(
        "--registries-file", "How registries are reached: mirrors, authorities, exceptions from TLS; need not exist.", s_standard.RegistriesFile);

    private readonly Option<string> _credentials = File(
        "--registry-credentials-file",
        "Credentials for registries in the form of Docker's config.json, readable for its owner only; need not exist.",
        s_standard.CredentialsFile);

    /// <summary>Adds them to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_registries);
        command.Add(_credentials);
    }

    /// <summary>Sets what was given, or the defaults.</summary>
    public void CopyTo(RegistryOptions target, ParseResult parsed)
    {
        target.RegistriesFile = parsed.GetValue(_registries)!;
        target.CredentialsFile = parsed.GetValue(_credentials)!;
    }

    private static Option<string> File(string name, string description, string standard) =>
        new(name) { Description = description, HelpName = "file", DefaultValueFactory = _ => standard };
}
