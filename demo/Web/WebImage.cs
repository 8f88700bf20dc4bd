using System.Text.Json.Nodes;
using Warren.TestSupport.Containers;

namespace Warren.Demo.Web;

/// <summary>A small web server: busybox, and a page that says which container answers.</summary>
internal static class WebImage
{
    /// <summary>The name by which services name it; the cluster's registry stands for its host.</summary>
    public const string Name = "example.test/hello:1";

    /// <summary>Where the registry has it.</summary>
    public const string Repository = "hello", Tag = "1";

    /// <summary>The port that it listens on.</summary>
    public const int Port = 8080;

    private const string Page = """
        #!/bin/sh
        echo "Content-Type: text/plain"
        echo
        echo "hello from $(hostname)"
        """;

    /// <summary>Builds it.</summary>
    public static TestImage Build() => TestImage.Create(
        Name,
        [
            TestLayer.Busybox().Folder("www").Folder("www/cgi-bin").File("www/cgi-bin/hello", Page, mode: 0x1ED),
        ],
        new JsonObject { ["Entrypoint"] = new JsonArray("/bin/httpd", "-f", "-p", "8080", "-h", "/www"), ["StopSignal"] = "SIGTERM" });
}
