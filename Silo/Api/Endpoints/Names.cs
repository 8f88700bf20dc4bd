using Warren.Configs;
using Warren.Secrets;
using Warren.Services;
using Warren.Tasks;
using Warren.Volumes;

namespace Warren.Silo.Api.Endpoints;

/// <summary>Reads the names of requests about one object.</summary>
internal static class Names
{
    /// <summary>A service's.</summary>
    /// <exception cref="ValidationException">It is none.</exception>
    public static ServiceName Service(string text) =>
        ServiceName.TryParse(text, out var name) ? name : throw Wrong("name", ServiceName.Rule, text);

    /// <summary>A secret's.</summary>
    /// <exception cref="ValidationException">It is none.</exception>
    public static SecretName Secret(string text) =>
        SecretName.TryParse(text, out var name) ? name : throw Wrong("name", SecretName.Rule, text);

    /// <summary>A config's.</summary>
    /// <exception cref="ValidationException">It is none.</exception>
    public static ConfigName Config(string text) =>
        ConfigName.TryParse(text, out var name) ? name : throw Wrong("name", ConfigName.Rule, text);

    /// <summary>A volume's.</summary>
    /// <exception cref="ValidationException">It is none.</exception>
    public static VolumeName Volume(string text) =>
        VolumeName.TryParse(text, out var name) ? name : throw Wrong("name", VolumeName.Rule, text);

    /// <summary>A task's id.</summary>
    /// <exception cref="ValidationException">It is none.</exception>
    public static TaskId Task(string text) =>
        TaskId.TryParse(text, out var id) ? id : throw Wrong("id", "<service>.<slot>.<generation>, such as web.3.17", text);

    private static ValidationException Wrong(string field, string rule, string was) =>
        new("the request", [new(field, $"must be {rule}, was '{was}'")]);
}
