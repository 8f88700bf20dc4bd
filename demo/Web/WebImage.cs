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

    // The kernel gives the first process of a container only those signals that it handles, and httpd handles none: as the first it would be killed after the
    // grace period. Here the shell is the first. SIGTERM ends the process that takes connections; those that answer one are left to finish.
    private const string Server = """
        #!/bin/sh
        stopping=
        trap 'stopping=yes; kill $! 2>/dev/null || exit 0' TERM
        httpd -f -p 8080 -h /www &
        wait $!
        code=$?
        [ $stopping ] || exit $code
        while pidof httpd >/dev/null; do usleep 20000; done
        """;

    /// <summary>Builds it.</summary>
    public static TestImage Build() => TestImage.Create(
        Name,
        [
            TestLayer.Busybox().Folder("www").Folder("www/cgi-bin").File("www/cgi-bin/hello", Page, mode: 0x1ED).File("bin/serve", Server, mode: 0x1ED),
        ],
        new JsonObject { ["Entrypoint"] = new JsonArray("/bin/serve") });
}
