using System.Globalization;

namespace Warren.Agent.Runtime.Containerd;

/// <summary>The URI by which a shim starts the logger: a program, and pairs that become its arguments.</summary>
internal static class LogUri
{
    public static string Of(ContainerRequest request, ContainerdOptions options)
    {
        var log = request.Spec.Logs;
        var size = log.MaxFileSize.ToString(CultureInfo.InvariantCulture);
        var files = log.MaxFiles.ToString(CultureInfo.InvariantCulture);
        var terminal = request.Spec.Tty ? "&tty=1" : "";
        return $"binary://{EscapePath(options.LoggerPath)}?dir={Uri.EscapeDataString(request.LogDirectory)}&size={size}&files={files}{terminal}";
    }

    private static string EscapePath(string path) => string.Join('/', path.Split('/').Select(Uri.EscapeDataString));
}
