using System.Globalization;
using Warren.Cli.Output;
using Warren.V1;

namespace Warren.Cli.Services;

/// <summary>Services as tables show them.</summary>
internal static class ServiceText
{
    /// <summary>How many of the wanted tasks are ready; of a job what is left to complete.</summary>
    public static string Ready(Service service) => service.Revision.Spec.Mode switch
    {
        ServiceMode.Job or ServiceMode.Cron => service.ActiveRuns.Count == 0 ? "-" : string.Create(CultureInfo.InvariantCulture, $"{service.Progress.Wanted} left"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{service.Progress.Ready}/{service.Progress.Wanted}"),
    };

    /// <summary>The image without what goes without saying.</summary>
    public static string Image(string image)
    {
        foreach (var prefix in new[] { "docker.io/library/", "docker.io/" })
        {
            if (image.StartsWith(prefix, StringComparison.Ordinal)) return image[prefix.Length..];
        }

        return image;
    }

    /// <summary>Whether it has come about, and if not, why.</summary>
    public static string State(Service service) => service.Progress.State switch
    {
        ProgressState.Converged when service.Progress.Reason.Length == 0 => service.Revision.Spec.Mode == ServiceMode.Cron ? "scheduled" : "converged",
        _ => $"{Text.Word(service.Progress.State)}: {service.Progress.Reason}",
    };
}
