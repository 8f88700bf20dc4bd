using Grpc.Core;
using Warren.Cli.Images;
using Warren.Cli.Tests.Testing;
using Warren.TestSupport;
using Warren.V1;

namespace Warren.Cli.Tests;

/// <summary>What <c>image</c> asks for, sends and shows.</summary>
public sealed class ImageCommandTests : IAsyncLifetime
{
    private ScriptedManager _manager = null!;

    public async System.Threading.Tasks.Task InitializeAsync()
    {
        _manager = await ScriptedManager.StartAsync();
        var image = new NodeImage { Name = "docker.io/library/nginx:1.28", Digest = "sha256:" + new string('a', 64), Size = 12 << 20, Platforms = { "linux/amd64" }, LastUsed = ScriptedManager.Ago(7_300) };
        var other = image.Clone();
        (other.Name, other.Wanted) = ("registry.example:5000/a-team-with-a-long-name/application@sha256:0123", true);
        image.Tasks.Add("web.1.1");
        _manager.Images.Add(new NodeImages { Node = "n1", Name = "node1.example", Images = { image, other } });
        _manager.Images.Add(new NodeImages { Node = "n2", Name = "node2.example", Notice = "node n2 is not connected" });
        _manager.Steps.Add(new() { Node = "n1", Name = "node1.example", Stage = ImageStage.Downloading, BytesDone = 1 << 20, BytesTotal = 12 << 20, LayersTotal = 3 });
        _manager.Steps.Add(new() { Node = "n1", Name = "node1.example", Stage = ImageStage.Downloading, BytesDone = 2 << 20, BytesTotal = 12 << 20, LayersTotal = 3 });
        _manager.Steps.Add(new() { Node = "n2", Name = "node2.example", Stage = ImageStage.Failed, Problem = "node n2 is not connected" });
        _manager.Steps.Add(new() { Node = "n1", Name = "node1.example", Stage = ImageStage.Done, Images = { image } });
    }

    public async System.Threading.Tasks.Task DisposeAsync() => await _manager.DisposeAsync();

    [Theory]
    [InlineData("image-list", "image", "list")]
    [InlineData("image-prune", "image", "prune", "--yes")]
    [InlineData("image-pull-name", "image", "pull", "nginx:1.28", "--quiet")]
    public async System.Threading.Tasks.Task Image_Typed_ShowsTheGoldenOutput(string golden, params string[] words) => (await _manager.RunAsync(words)).ShouldBeGolden(golden);

    [Fact]
    public async System.Threading.Tasks.Task Pull_NodesNamed_AreAskedForAndSomeThatFailAreToldOnce()
    {
        _manager.Refusal = Refusal("1 of 2 nodes have failed: node2.example: node n2 is not connected");
        var outcome = await _manager.RunAsync("image", "pull", "nginx:1.28", "--node", "n1", "--node", "n2");
        var asked = _manager.Asked.OfType<PullImageRequest>().Single();
        (asked.Image, string.Join(',', asked.Nodes)).ShouldBe(("nginx:1.28", "n1,n2"));
        outcome.Code.ShouldBe(1);
        outcome.Out.ShouldBe($"node1.example has docker.io/library/nginx:1.28 (sha256:{new string('a', 64)}, 12MiB)\n");
        outcome.Error.ShouldBe("""
            node1.example  downloads 1MiB of 12MiB, 0 of 3 layers
            node2.example  failed: node n2 is not connected
            node1.example  done
            Error: 1 of 2 nodes have failed: node2.example: node n2 is not connected
              the other nodes have done it; for these try again with --node

            """);
    }

    [Fact]
    public async System.Threading.Tasks.Task Import_File_IsSentWhole()
    {
        using var folder = TempFolder.Create("archive");
        var bytes = new byte[1_000_000];
        new Random(1).NextBytes(bytes);
        await File.WriteAllBytesAsync(folder.File("a.tar"), bytes);
        (await _manager.RunAsync("image", "import", folder.File("a.tar"), "--name", "web:1", "--node", "n1")).Code.ShouldBe(0);
        var start = _manager.Asked.OfType<ImportImageRequest>().Single().Start;
        (start.Name, start.Nodes.Single()).ShouldBe(("web:1", "n1"));
        _manager.Archive.ToArray().SequenceEqual(bytes).ShouldBeTrue();
    }

    [Fact]
    public async System.Threading.Tasks.Task Send_ConnectionThatBreaks_IsLeftToTheAnswersToTell()
    {
        var broken = new BrokenWriter();
        using var archive = new MemoryStream(new byte[1_000_000]);
        await ArchiveSource.SendAsync(archive, new(), broken, CancellationToken.None);
        broken.Writes.ShouldBe(2);
    }

    [Fact]
    public async System.Threading.Tasks.Task Import_FileThatIsNot_AsksForNothing()
    {
        var outcome = await _manager.RunAsync("image", "import", "/nowhere/a.tar");
        (outcome.Code, outcome.Error.Split('\n')[1]).ShouldBe((2, "  name an archive that can be read, or - for standard input"));
        _manager.Asked.ShouldBeEmpty();
    }

    [Fact]
    public async System.Threading.Tasks.Task Prune_DryRun_RemovesNothing()
    {
        (await _manager.RunAsync("image", "prune", "--dry-run")).Out.ShouldEndWith("would remove 2 images, 12MiB packed\n");
        _manager.Asked.OfType<PruneImagesRequest>().ShouldAllBe(request => request.DryRun);
    }

    private static RpcException Refusal(string why)
    {
        var status = new V1.Rpc.Status { Code = (int)StatusCode.FailedPrecondition, Message = why };
        status.Details.Add(Google.Protobuf.WellKnownTypes.Any.Pack(new V1.Rpc.ErrorInfo { Reason = "NODES_FAILED", Domain = "warren" }));
        return new(new(StatusCode.FailedPrecondition, why), new Metadata { { "grpc-status-details-bin", Google.Protobuf.MessageExtensions.ToByteArray(status) } });
    }

    // As the client of gRPC when a connection breaks under a write, before the call has learnt of it.
    private sealed class BrokenWriter : IClientStreamWriter<ImportImageRequest>
    {
        public int Writes { get; private set; }

        public Grpc.Core.WriteOptions? WriteOptions { get; set; }

        public System.Threading.Tasks.Task WriteAsync(ImportImageRequest message) => ++Writes == 1 ? System.Threading.Tasks.Task.CompletedTask : throw new IOException("The request was aborted.");

        public System.Threading.Tasks.Task CompleteAsync() => throw new InvalidOperationException("The call has ended.");
    }
}
