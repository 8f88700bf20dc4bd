using System.Text;
using Google.Protobuf;
using Grpc.Core;
using Warren.Api.Tests.Testing;
using Proto = Warren.V1;

namespace Warren.Api.Tests.Serving;

/// <summary>Secrets, configs, volumes, nodes, events and the cluster through the unix socket of a manager.</summary>
public sealed class ObjectCallTests(ServedManager manager) : IClassFixture<ServedManager>
{
    private const string Value = "correct-horse-battery";

    [Fact]
    public async Task Secret_Life_ShowsNoValue()
    {
        Proto.CreateSecretRequest create = new() { Spec = new() { Name = "life", Value = ByteString.CopyFromUtf8(Value), Labels = { ["a"] = "1" } } };
        var shown = new List<IMessage> { await manager.Secrets.CreateAsync(create) };
        (await Refusal.OfAsync(() => manager.Secrets.CreateAsync(create))).Code.ShouldBe(StatusCode.AlreadyExists);
        create.Options = new() { IdempotencyKey = "create-life" };
        shown.Add(await manager.Secrets.CreateAsync(create));
        var labelled = await manager.Secrets.UpdateAsync(new() { Spec = new() { Name = "life", Labels = { ["a"] = "2" } } });
        (labelled.Version, labelled.Labels["a"]).ShouldBe((1, "2"));
        Proto.UpdateSecretRequest update = new() { Spec = new() { Name = "life", Value = ByteString.CopyFromUtf8(Value + "2") }, Options = new() { ExpectedVersion = 1 } };
        shown.Add(await manager.Secrets.UpdateAsync(update));
        (await Refusal.OfAsync(() => manager.Secrets.UpdateAsync(update))).Code.ShouldBe(StatusCode.Aborted);
        shown.Add(await manager.Secrets.ListAsync(new()));
        shown.Add(await manager.Secrets.GetAsync(new() { Name = "life" }));
        ((Proto.Secret)shown[^1]).Version.ShouldBe(2);
        foreach (var message in shown) Encoding.UTF8.GetString(message.ToByteArray()).ShouldNotContain(Value);
        await manager.Secrets.DeleteAsync(new() { Name = "life" });
        (await Refusal.OfAsync(() => manager.Secrets.GetAsync(new() { Name = "life" }))).Code.ShouldBe(StatusCode.NotFound);
        (await Refusal.OfAsync(() => manager.Secrets.UpdateAsync(update))).Code.ShouldBe(StatusCode.NotFound);
        var wrong = await Refusal.OfAsync(() => manager.Secrets.CreateAsync(new() { Spec = new() { Name = "No Name" } }));
        wrong.Violations.Select(violation => violation.Field).ShouldBe(["name", "value"]);
    }

    [Fact]
    public async Task Config_Life_ShowsItsContentWhenAskedForIt()
    {
        Proto.ConfigSpec spec = new() { Name = "life", Content = ByteString.CopyFromUtf8("one") };
        (await manager.Configs.CreateAsync(new() { Spec = spec })).Size.ShouldBe(3);
        var read = await manager.Configs.GetAsync(new() { Name = "life" });
        read.Spec.Content.ToStringUtf8().ShouldBe("one");
        (await manager.Configs.ListAsync(new())).Configs.Single(config => config.Spec.Name == "life").Spec.HasContent.ShouldBeFalse();
        spec.Content = ByteString.CopyFromUtf8("three");
        (await manager.Configs.UpdateAsync(new() { Spec = spec })).Version.ShouldBe(2);
        await manager.Services.CreateAsync(new() { Spec = Spec("config-user", configs: "life") });
        var refusal = await Refusal.OfAsync(() => manager.Configs.DeleteAsync(new() { Name = "life" }));
        (refusal.Code, refusal.Reason).ShouldBe((StatusCode.FailedPrecondition, "IN_USE"));
        refusal.Message.ShouldContain("config-user");
        var missing = await Refusal.OfAsync(() => manager.Services.CreateAsync(new() { Spec = Spec("config-less", configs: "absent") }));
        missing.Violations.ShouldHaveSingleItem().Field.ShouldStartWith("configs[0]");
    }

    [Fact]
    public async Task Volume_Life_OnlyItsLabelsChange()
    {
        Proto.CreateVolumeRequest create = new() { Spec = new() { Name = "life" } };
        (await manager.Volumes.CreateAsync(create)).Spec.Driver.ShouldBe("local");
        (await Refusal.OfAsync(() => manager.Volumes.CreateAsync(create))).Code.ShouldBe(StatusCode.AlreadyExists);
        var labelled = await manager.Volumes.UpdateAsync(new() { Spec = new() { Name = "life", Labels = { ["a"] = "1" } }, Options = new() { ExpectedVersion = 1 } });
        (labelled.Version, labelled.Spec.Labels["a"]).ShouldBe((2, "1"));
        var refusal = await Refusal.OfAsync(() => manager.Volumes.UpdateAsync(
            new() { Spec = new() { Name = "life", Driver = "nfs", Options = { ["server"] = "10.0.0.1", ["path"] = "/x" } } }));
        refusal.Violations.ShouldHaveSingleItem().Field.ShouldBe("driver");
        (await manager.Volumes.ListAsync(new() { LabelSelector = "a=1" })).Volumes.Single().Spec.Name.ShouldBe("life");
        await manager.Volumes.DeleteAsync(new() { Name = "life" });
        (await Refusal.OfAsync(() => manager.Volumes.DeleteAsync(new() { Name = "life" }))).Code.ShouldBe(StatusCode.NotFound);
    }

    [Fact]
    public async Task Node_ByIdOrName_IsLabelledCordonedAndActivated()
    {
        var labelled = await manager.Nodes.LabelAsync(new() { Node = "n1", Set = { ["zone"] = "eu", ["disk"] = "ssd" } });
        (labelled.Description.Name, labelled.SpecVersion).ShouldBe(("n1.example", 1));
        labelled = await manager.Nodes.LabelAsync(new() { Node = "n1.example", Remove = { "disk" }, Options = new() { ExpectedVersion = 1 } });
        labelled.Spec.Labels.ShouldHaveSingleItem().Key.ShouldBe("zone");
        (await Refusal.OfAsync(() => manager.Nodes.CordonAsync(new() { Node = "n1", Options = new() { ExpectedVersion = 1 } }))).Code.ShouldBe(StatusCode.Aborted);
        (await manager.Nodes.CordonAsync(new() { Node = "n1" })).Spec.Availability.ShouldBe(Proto.NodeAvailability.Cordoned);
        (await manager.Nodes.DrainAsync(new() { Node = "n1" })).Spec.Availability.ShouldBe(Proto.NodeAvailability.Drained);
        var active = await manager.Nodes.ActivateAsync(new() { Node = "n1" });
        (active.Spec.Availability, active.Spec.Labels["zone"]).ShouldBe((Proto.NodeAvailability.Active, "eu"));
        (await manager.Nodes.ListAsync(new() { LabelSelector = "zone=eu" })).Nodes.ShouldHaveSingleItem().Id.ShouldBe("n1");
        var refusal = await Refusal.OfAsync(() => manager.Nodes.RemoveAsync(new() { Node = "n1" }));
        (refusal.Code, refusal.Reason).ShouldBe((StatusCode.FailedPrecondition, "IN_USE"));
        (await Refusal.OfAsync(() => manager.Nodes.GetAsync(new() { Node = "n9" }))).Message.ShouldBe("there is no node n9");
        (await Refusal.OfAsync(() => manager.Nodes.LabelAsync(new() { Node = "n1", Set = { ["warren.own"] = "" } }))).Violations
            .ShouldHaveSingleItem().Field.ShouldBe("labels[warren.own]");
    }

    [Fact]
    public async Task Label_FromManyAtOnce_LosesNone()
    {
        await Task.WhenAll(Enumerable.Range(0, 6).Select(i => manager.Nodes.LabelAsync(new() { Node = "n2", Set = { [$"l{i}"] = "x" } }).ResponseAsync));
        (await manager.Nodes.GetAsync(new() { Node = "n2" })).Spec.Labels.Count.ShouldBe(6);
    }

    [Fact]
    public async Task Events_AfterACursor_GoOnWithoutAGap()
    {
        await manager.Volumes.CreateAsync(new() { Spec = new() { Name = "told1" } });
        using var limit = new CancellationTokenSource(ControlPlane.Tests.Testing.Limit.Long);
        var kinds = new[] { Proto.SubjectKind.Volume };
        using var first = manager.Events.Read(new() { Cursor = 0, Follow = true, SubjectKinds = { kinds } }, cancellationToken: limit.Token);
        var seen = await NextAsync(first, "told1");
        first.Dispose();
        await manager.Volumes.CreateAsync(new() { Spec = new() { Name = "told2" } });
        using var second = manager.Events.Read(new() { Cursor = seen.Cursor, Follow = true, SubjectKinds = { kinds } }, cancellationToken: limit.Token);
        var next = await NextAsync(second, "told2");
        (next.Kind, next.Cursor > seen.Cursor).ShouldBe((Proto.EventKind.Created, true));

        // Without follow it ends with what there is.
        using var kept = manager.Events.Read(new() { Cursor = seen.Cursor, SubjectKinds = { kinds } }, cancellationToken: limit.Token);
        var all = new List<string>();
        while (await kept.ResponseStream.MoveNext(limit.Token)) all.Add(kept.ResponseStream.Current.Subject);
        all.ShouldContain("told2");
        all.ShouldNotContain("told1");

        var gone = await Refusal.OfAsync(() => ReadAsync(new() { Cursor = 1_000_000_000, Follow = true }, limit.Token));
        (gone.Code, gone.Reason).ShouldBe((StatusCode.OutOfRange, "EVENTS_GONE"));
        long.Parse(gone.Metadata["oldest"], null).ShouldBeLessThan(1_000_000_000);
        var wrong = await Refusal.OfAsync(() => ReadAsync(new() { Service = "No", Node = "NO", SubjectKinds = { (Proto.SubjectKind)99 } }, limit.Token));
        wrong.Violations.Select(violation => violation.Field).ShouldBe(["service", "node", "subjectKinds[0]"]);
        (await Refusal.OfAsync(() => ReadAsync(new(), limit.Token))).Violations.ShouldHaveSingleItem().Field.ShouldBe("cursor");
    }

    [Fact]
    public async Task Cluster_Info_CountsWhatThereIs()
    {
        var info = await manager.Cluster.GetInfoAsync(new());
        (info.Manager, info.Version, info.NodesReady, info.CpuMillicores, info.Memory).ShouldBe(("m1", "0.1.0", 2, 32_000, 128L << 30));
        var only = info.Managers.ShouldHaveSingleItem();
        (only.Name, only.State).ShouldBe(("m1", "Active"));
    }

    private static Proto.ServiceSpec Spec(string name, string configs) => new()
    {
        Name = name,
        Container = new() { Image = "registry.invalid/web:1" },
        Configs = { new Proto.ConfigReference { Config = configs } },
    };

    private static async Task<Proto.Event> NextAsync(AsyncServerStreamingCall<Proto.Event> events, string subject)
    {
        while (await events.ResponseStream.MoveNext(CancellationToken.None))
        {
            if (events.ResponseStream.Current.Subject == subject) return events.ResponseStream.Current;
        }

        throw new InvalidOperationException($"The stream ended without {subject}.");
    }

    private async Task ReadAsync(Proto.ReadEventsRequest request, CancellationToken cancellation)
    {
        using var events = manager.Events.Read(request, cancellationToken: cancellation);
        while (await events.ResponseStream.MoveNext(cancellation))
        {
        }
    }
}
