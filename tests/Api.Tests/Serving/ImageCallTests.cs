using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Google.Protobuf;
using Grpc.Core;
using Warren.Api.Tests.Testing;
using Warren.ControlPlane.Tests.Testing;
using Warren.Questions;
using Proto = Warren.V1;

namespace Warren.Api.Tests.Serving;

/// <summary>Images of nodes, from agents that answer as the test says.</summary>
public sealed class ImageCallTests(ServedManager manager) : IClassFixture<ServedManager>, IDisposable
{
    private static readonly NodeImage s_image = new()
    {
        Name = "a.test/web:1",
        Digest = "sha256:aa",
        Size = 1_000,
        Platforms = ["linux/amd64"],
        Tasks = ["web.1.1"],
        LastUsed = DateTimeOffset.UnixEpoch,
        IsWanted = true,
    };

    private readonly CancellationTokenSource _limit = new(Limit.Long);

    public void Dispose()
    {
        foreach (var agent in manager.Agents) agent.Answers = (_, asker) => asker.TakeAsync(new() { IsEnd = true });
        _limit.Dispose();
    }

    [Fact]
    public async Task List_NodeThatSaysWhyNot_IsANoticeBesideTheImagesOfTheOther()
    {
        manager.Agents[0].Answers = (_, asker) => asker.TakeAsync(new() { IsEnd = true, Images = new() { Images = [s_image] } });
        manager.Agents[1].Answers = (_, asker) => asker.TakeAsync(new() { IsEnd = true, Problem = "containerd is away" });
        var nodes = (await manager.Images.ListAsync(new())).Nodes;
        nodes.Select(node => (node.Node, node.Notice, node.Images.Count)).ShouldBe([("n1", "", 1), ("n2", "containerd is away", 0)]);
        var image = nodes[0].Images.Single();
        (image.Name, image.Digest, image.Size, image.Platforms.Single(), image.Tasks.Single(), image.Wanted).ShouldBe(("a.test/web:1", "sha256:aa", 1_000, "linux/amd64", "web.1.1", true));
        (await Refusal.OfAsync(async () => await manager.Images.ListAsync(new() { Nodes = { "nothing" } }))).Code.ShouldBe(StatusCode.NotFound);
    }

    [Fact]
    public async Task Pull_AllNodes_TellsEachStepAndSucceeds()
    {
        foreach (var agent in manager.Agents)
        {
            agent.Answers = async (question, asker) =>
            {
                question.Pull!.Image.ShouldBe("a.test/web:1");
                await asker.TakeAsync(new() { Step = new() { Kind = ImageStepKind.Downloading, BytesDone = 5, BytesTotal = 10, LayersTotal = 2 } });
                await asker.TakeAsync(new() { IsEnd = true, Step = new() { Kind = ImageStepKind.Done, Images = [s_image] } });
            };
        }

        using var call = manager.Images.Pull(new() { Image = "a.test/web:1" });
        var steps = await ReadAsync(call.ResponseStream);
        steps.Where(step => step.Node == "n1").Select(step => (step.Stage, step.BytesDone, step.LayersTotal)).ShouldBe([(Proto.ImageStage.Downloading, 5, 2), (Proto.ImageStage.Done, 0, 0)]);
        steps.Count(step => step.Stage == Proto.ImageStage.Done && step.Images.Single().Digest == "sha256:aa").ShouldBe(2);
    }

    [Fact]
    public async Task Pull_OneNodeFails_TheOtherHasItAndTheCallSaysWhich()
    {
        manager.Agents[0].Answers = (_, asker) => asker.TakeAsync(new() { IsEnd = true, Problem = "there is no room" });
        manager.Agents[1].Answers = (_, asker) => asker.TakeAsync(new() { IsEnd = true, Step = new() { Kind = ImageStepKind.Done, Images = [s_image] } });
        var steps = new List<Proto.ImageProgress>();
        var refusal = await Refusal.OfAsync(async () =>
        {
            using var call = manager.Images.Pull(new() { Image = "a.test/web:1" });
            while (await call.ResponseStream.MoveNext(_limit.Token)) steps.Add(call.ResponseStream.Current);
        });
        refusal.Code.ShouldBe(StatusCode.FailedPrecondition);
        refusal.Message.ShouldBe("1 of 2 nodes have failed: n1.example: there is no room");
        steps.OrderBy(step => step.Node, StringComparer.Ordinal).Select(step => step.Stage).ShouldBe([Proto.ImageStage.Failed, Proto.ImageStage.Done]);
    }

    [Fact]
    public async Task Pull_WrongReference_IsRefusedByItsField() =>
        (await Refusal.OfAsync(async () =>
        {
            using var call = manager.Images.Pull(new() { Image = "UPPER CASE" });
            await call.ResponseStream.MoveNext(_limit.Token);
        })).Violations.ShouldHaveSingleItem().Field.ShouldBe("image");

    [Fact]
    public async Task Import_ArchiveForTwoNodes_ComesToBothWhole()
    {
        var taken = new ConcurrentDictionary<string, byte[]>();
        foreach (var agent in manager.Agents) agent.Answers = (question, asker) => TakeAsync(agent, question, asker, taken);
        var bytes = new byte[5_000_000];
        new Random(1).NextBytes(bytes);
        using var call = manager.Images.Import(cancellationToken: _limit.Token);
        await call.RequestStream.WriteAsync(new() { Start = new() { Name = "a.test/web:1" } });
        foreach (var piece in bytes.Chunk(500_000)) await call.RequestStream.WriteAsync(new() { Data = ByteString.CopyFrom(piece) });
        await call.RequestStream.CompleteAsync();
        (await ReadAsync(call.ResponseStream)).Count(step => step.Stage == Proto.ImageStage.Done).ShouldBe(2);
        taken.Count.ShouldBe(2);
        taken.Values.ShouldAllBe(all => all.SequenceEqual(bytes));
    }

    [Fact]
    public async Task Import_NodeThatFailsEarly_DoesNotHoldUpTheOther()
    {
        var taken = new ConcurrentDictionary<string, byte[]>();
        manager.Agents[0].Answers = (_, asker) => asker.TakeAsync(new() { IsEnd = true, Problem = "there is no room" });
        manager.Agents[1].Answers = (question, asker) => TakeAsync(manager.Agents[1], question, asker, taken);
        var refusal = await Refusal.OfAsync(async () =>
        {
            using var call = manager.Images.Import(cancellationToken: _limit.Token);
            await call.RequestStream.WriteAsync(new() { Start = new() });
            for (var i = 0; i < 20; i++) await call.RequestStream.WriteAsync(new() { Data = ByteString.CopyFrom(new byte[500_000]) });
            await call.RequestStream.CompleteAsync();
            await ReadAsync(call.ResponseStream);
        });
        refusal.Message.ShouldBe("1 of 2 nodes have failed: n1.example: there is no room");
        taken["n2"].Length.ShouldBe(10_000_000);
    }

    [Fact]
    public async Task Import_CallerLeaves_TheNodesHearThatItIsNotWhole()
    {
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        manager.Agents[0].Answers = async (_, asker) =>
        {
            while (await ((INodeSource)asker).NextAsync() is { IsGone: false } piece)
                if (!piece.Data.IsEmpty) begun.TrySetResult();
            gone.SetResult();
        };
        using (var call = manager.Images.Import(cancellationToken: _limit.Token))
        {
            await call.RequestStream.WriteAsync(new() { Start = new() { Nodes = { "n1" } } });
            await call.RequestStream.WriteAsync(new() { Data = ByteString.CopyFrom(new byte[1_000]) });
            await begun.Task.WaitAsync(_limit.Token);
        }

        await gone.Task.WaitAsync(_limit.Token);
    }

    [Fact]
    public async Task Import_WrongMessages_AreRefused()
    {
        (await ImportRefusedAsync(new Proto.ImportImageRequest { Data = ByteString.CopyFromUtf8("x") })).Violations.ShouldHaveSingleItem().Field.ShouldBe("start");
        (await ImportRefusedAsync(new Proto.ImportImageRequest { Start = new() { Name = "UPPER CASE" } })).Violations.ShouldHaveSingleItem().Field.ShouldBe("start.name");
        foreach (var agent in manager.Agents)
        {
            agent.Answers = async (_, asker) =>
            {
                while (await ((INodeSource)asker).NextAsync() is { IsGone: false }) continue;
                await asker.TakeAsync(new() { IsEnd = true, Problem = "the archive is not whole" });
            };
        }

        (await ImportRefusedAsync(new() { Start = new() }, new() { Start = new() })).Violations.ShouldHaveSingleItem().Field.ShouldBe("data");
        (await ImportRefusedAsync(new() { Start = new() }, new() { Data = ByteString.CopyFrom(new byte[(1 << 20) + 1]) })).Violations.ShouldHaveSingleItem().Field.ShouldBe("data");
    }

    /// <summary>What is refused is told also if the nodes say something at that very moment.</summary>
    [Fact]
    public async Task Import_WrongMessageWhileNodesTellMuch_IsRefusedAsThat()
    {
        foreach (var agent in manager.Agents)
        {
            agent.Answers = async (_, asker) =>
            {
                var gone = GoneAsync((INodeSource)asker);
                for (var i = 0; !gone.IsCompleted; i++) await asker.TakeAsync(new() { Step = new() { Kind = ImageStepKind.Downloading, BytesDone = i } });
                await gone;
            };
        }

        for (var i = 0; i < 50; i++)
        {
            var refusal = await Refusal.OfAsync(async () =>
            {
                using var call = manager.Images.Import(cancellationToken: _limit.Token);
                await call.RequestStream.WriteAsync(new() { Start = new() });
                (await call.ResponseStream.MoveNext(_limit.Token)).ShouldBeTrue();
                var reading = ReadAsync(call.ResponseStream);
                await call.RequestStream.WriteAsync(new() { Start = new() });
                await reading;
            });
            refusal.Violations.ShouldHaveSingleItem().Field.ShouldBe("data");
        }

        static async Task GoneAsync(INodeSource source)
        {
            while (await source.NextAsync() is { IsGone: false }) continue;
        }
    }

    [Fact]
    public async Task Prune_TwoNodes_CountsEachImageOnce()
    {
        foreach (var agent in manager.Agents)
        {
            agent.Answers = (question, asker) =>
            {
                question.Prune!.IsDryRun.ShouldBeTrue();
                return asker.TakeAsync(new() { IsEnd = true, Images = new() { Images = [s_image, s_image with { Name = "a.test/web:latest" }] } });
            };
        }

        var pruned = await manager.Images.PruneAsync(new() { DryRun = true });
        (pruned.Nodes.Count, pruned.Nodes.Sum(node => node.Images.Count), pruned.Bytes).ShouldBe((2, 4, 2_000));
    }

    [Fact]
    public async Task Rest_Viewer_ListsAndMayNotPull()
    {
        manager.Agents[0].Answers = (_, asker) => asker.TakeAsync(new() { IsEnd = true, Images = new() { Images = [s_image] } });
        var viewer = manager.Rest(await manager.TokenAsync(Proto.ApiRole.Viewer, "images"));
        using var body = JsonDocument.Parse(await viewer.GetStringAsync(new Uri("/v1/images?nodes=n1", UriKind.Relative)));
        body.RootElement.GetProperty("nodes").EnumerateArray().Single().GetProperty("images")[0].GetProperty("name").GetString().ShouldBe("a.test/web:1");
        using var refused = await viewer.PostAsJsonAsync(new Uri("/v1/images/pull", UriKind.Relative), new { image = "a.test/web:1" });
        refused.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    private static async Task TakeAsync(ScriptedAgent agent, NodeQuestion question, INodeAsker asker, ConcurrentDictionary<string, byte[]> taken)
    {
        question.Import.ShouldNotBeNull();
        using var all = new MemoryStream();
        NodeData piece;
        do
        {
            piece = await ((INodeSource)asker).NextAsync();
            if (piece.IsGone) return;
            all.Write(piece.Data.Span);
        }
        while (!piece.IsEnd);
        taken[agent.Id.Value] = all.ToArray();
        await asker.TakeAsync(new() { IsEnd = true, Step = new() { Kind = ImageStepKind.Done, Images = [s_image] } });
    }

    private Task<Refusal> ImportRefusedAsync(params Proto.ImportImageRequest[] messages) => Refusal.OfAsync(async () =>
    {
        using var call = manager.Images.Import(cancellationToken: _limit.Token);
        foreach (var message in messages) await call.RequestStream.WriteAsync(message);
        await ReadAsync(call.ResponseStream);
    });

    private async Task<List<Proto.ImageProgress>> ReadAsync(IAsyncStreamReader<Proto.ImageProgress> steps)
    {
        var all = new List<Proto.ImageProgress>();
        while (await steps.MoveNext(_limit.Token)) all.Add(steps.Current);
        return all;
    }
}
