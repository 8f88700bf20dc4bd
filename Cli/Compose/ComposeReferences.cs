using Warren.Cli.Running;
using Warren.V1;

namespace Warren.Cli.Compose;

/// <summary>Reads which secrets and configs a service gets: their names, or the long form.</summary>
internal static class ComposeReferences
{
    private const string SecretFolder = "/run/secrets/";

    /// <summary>Reads the secrets.</summary>
    public static void ReadSecrets(ComposeService service, ComposeValue value)
    {
        foreach (var item in value.Items())
        {
            var (source, target) = ("", (string?)null);
            var reference = new SecretReference();
            foreach (var (key, at) in Fields(item, "services.*.secrets[]"))
            {
                at.Use(text =>
                {
                    if (key == "source") source = text;
                    else if (key == "target") target = text;
                    else if (key == "mode") reference.Mode = Values.Mode("", text);
                    else if (key == "uid") reference.Uid = Values.Number("", text);
                    else reference.Gid = Values.Number("", text);
                });
            }

            reference.Secret = service.Objects.NameOf(ResourceKind.Secret, source, item);

            // By the name that the file gives it, whatever the secret is called; a relative path begins where secrets are.
            var path = target ?? source;
            reference.Target = path.StartsWith('/') ? path : SecretFolder + path;
            service.Spec.Secrets.Add(reference);
        }
    }

    /// <summary>Reads the configs.</summary>
    public static void ReadConfigs(ComposeService service, ComposeValue value)
    {
        foreach (var item in value.Items())
        {
            var (source, target) = ("", (string?)null);
            var reference = new ConfigReference();
            foreach (var (key, at) in Fields(item, "services.*.configs[]"))
            {
                at.Use(text =>
                {
                    if (key == "source") source = text;
                    else if (key == "target") target = text;
                    else if (key == "mode") reference.Mode = Values.Mode("", text);
                    else if (key == "uid") reference.Uid = Values.Number("", text);
                    else reference.Gid = Values.Number("", text);
                });
            }

            reference.Config = service.Objects.NameOf(ResourceKind.Config, source, item);
            var path = target ?? source;
            reference.Target = path.StartsWith('/') ? path : "/" + path;
            service.Spec.Configs.Add(reference);
        }
    }

    // A name alone is the source.
    private static IEnumerable<(string Key, ComposeValue Value)> Fields(ComposeValue item, string section) => item.IsMapping ? item.Keys(section) : [("source", item)];
}
