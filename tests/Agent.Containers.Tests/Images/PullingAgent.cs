using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Warren.Agent.Images;
using Warren.Agent.Images.Containerd;
using Warren.Agent.Runtime.Containerd;
using Warren.Images;

namespace Warren.Agent.Containers.Tests.Images;

/// <summary>A process that pulls one image and tells how far it is, to be killed.</summary>
internal static class PullingAgent
{
    public const string Role = "image-agent";

    public static async Task<int> RunAsync(string json)
    {
        var order = JsonSerializer.Deserialize<PullOrder>(json)!;
        // The end of our input is that of the test.
        _ = Task.Run(async () =>
        {
            while (await Console.In.ReadLineAsync() is not null)
            {
                // Nothing is said to it.
            }
            Environment.Exit(1);
        });
        var containerd = new ContainerdOptions { SocketPath = order.Socket, Namespace = order.Namespace };
        using var connection = new ContainerdConnection(containerd, TimeProvider.System);
        var options = new ImageOptions { RegistriesFile = order.RegistriesFile, CredentialsFile = "/nowhere/credentials.json", DataDirectory = order.DataDirectory };
        await using var store = new ContainerdImageStore(connection, containerd, options, TimeProvider.System, NullLogger<ContainerdImageStore>.Instance);
        var image = await store.PullAsync(
            ImageReferences.Parse(order.Reference), new() { Credentials = new(order.User, order.Password) }, new Teller(), CancellationToken.None);
        Console.WriteLine($"pulled {image.Digest}");
        return 0;
    }

    private sealed class Teller : IProgress<PullProgress>
    {
        public void Report(PullProgress value) => Console.WriteLine($"progress {value.Phase} {value.BytesDone}");
    }
}
