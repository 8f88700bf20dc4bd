using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Warren.Agent.Runtime;
using Warren.Agent.Runtime.Containerd;
using Warren.Agent.Runtime.Containerd.Api.ContentV1;
using Warren.Agent.Runtime.Containerd.Api.ContainersV1;
using Warren.Agent.Runtime.Containerd.Api.ImagesV1;
using Warren.Agent.Runtime.Containerd.Api.NamespacesV1;
using Warren.TestSupport;
using Warren.TestSupport.Containers;

namespace Warren.Agent.Containers.Tests.Runtime.Containerd;

/// <summary>The channel and the messages, against a containerd.</summary>
public sealed class ContainerdConnectionTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Calls_RealContainerd_AnswerInTheNamespace()
    {
        await using var containerd = await PrivateContainerd.StartNewAsync();
        var image = TestImage.Busybox();
        await image.ImportIntoAsync(containerd);
        using var connection = Connect(containerd.Socket, containerd.Namespace);
        using var elsewhere = Connect(containerd.Socket, "other");

        var version = await connection.Version.VersionAsync(new Empty(), connection.Short(default));
        var stored = await connection.Images.GetAsync(new GetImageRequest { Name = image.Name }, connection.Short(default));
        var info = await connection.Content.InfoAsync(new InfoRequest { Digest = image.Digest }, connection.Short(default));
        var foreign = await elsewhere.Images.ListAsync(new ListImagesRequest(), elsewhere.Short(default));

        version.Version.ShouldMatch(@"^v?\d+\.\d+\.\d+");
        stored.Image.Target.Digest.ShouldBe(image.Digest);
        stored.Image.Target.Size.ShouldBe(image.Manifest.Length);
        info.Info.Size.ShouldBe(image.Manifest.Length);
        foreign.Images.ShouldBeEmpty();
    }

    [Fact]
    public async Task Call_ContainerdKilledAndStarted_WorksAgain()
    {
        await using var containerd = await PrivateContainerd.StartNewAsync();
        using var connection = Connect(containerd.Socket, containerd.Namespace);
        await connection.Namespaces.CreateAsync(
            new CreateNamespaceRequest { Namespace = new() { Name = containerd.Namespace } }, connection.Short(default));
        using var stream = connection.Events.Subscribe(new(), connection.Unbounded(default));
        var first = stream.ResponseStream.MoveNext(default);
        // The subscription takes effect some time after the call, and nothing tells when: what is published before is not seen.
        while (!first.IsCompleted)
        {
            await connection.Events.PublishAsync(
                new() { Topic = "/warren/test", Event = new Any { TypeUrl = "warren.test" } }, connection.Short(default));
            await Task.WhenAny(first, Task.Delay(50));
        }
        (await first).ShouldBeTrue();

        await containerd.KillAsync();
        var cut = await Should.ThrowAsync<RpcException>(async () =>
        {
            while (await stream.ResponseStream.MoveNext(default).WaitAsync(s_limit))
            {
                // Several may have been published.
            }
        });
        var refused = await Should.ThrowAsync<RpcException>(
            async () => await connection.Version.VersionAsync(new Empty(), connection.Short(default)));
        await containerd.StartAsync();

        ContainerdErrors.FaultOf(cut).ShouldBe(RuntimeFault.Unavailable);
        ContainerdErrors.FaultOf(refused).ShouldBe(RuntimeFault.Unavailable);
        var found = await connection.Namespaces.GetAsync(
            new GetNamespaceRequest { Name = containerd.Namespace }, connection.Short(default));
        found.Namespace.Name.ShouldBe(containerd.Namespace);
    }

    [Fact]
    public async Task Call_NoSuchContainer_IsNotFoundInContainerdsWords()
    {
        await using var containerd = await PrivateContainerd.StartNewAsync();
        using var connection = Connect(containerd.Socket, containerd.Namespace);

        var failure = await Should.ThrowAsync<RpcException>(
            async () => await connection.Containers.GetAsync(new GetContainerRequest { Id = "web.1" }, connection.Short(default)));

        var translated = ContainerdErrors.Translate(failure, "web.1: looking for it");
        translated.Fault.ShouldBe(RuntimeFault.NotFound);
        translated.Message.ShouldStartWith("web.1: looking for it failed: container \"web.1\" in namespace");
    }

    [Fact]
    public async Task Call_NoSocket_NamesIt()
    {
        using var folder = TempFolder.Create("socket");
        var socket = folder.File("none.sock");
        using var connection = Connect(socket, "warren");

        var failure = await Should.ThrowAsync<RpcException>(
            async () => await connection.Version.VersionAsync(new Empty(), connection.Short(default)));

        var translated = ContainerdErrors.Translate(failure, "asking for the version");
        translated.Fault.ShouldBe(RuntimeFault.Unavailable);
        translated.Message.ShouldBe($"asking for the version failed: containerd cannot be reached (there is no socket {socket})");
    }

    private static ContainerdConnection Connect(string socket, string @namespace) =>
        new(new ContainerdOptions { SocketPath = socket, Namespace = @namespace }, TimeProvider.System);
}
