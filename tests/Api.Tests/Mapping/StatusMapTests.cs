using Google.Protobuf;
using Warren.Api.Tests.Testing;
using Warren.Configs;
using Warren.Content;
using Warren.Events;
using Warren.Nodes;
using Warren.Secrets;
using Warren.Services;
using Warren.Silo.Api.Mapping;
using Warren.Tasks;
using Warren.Volumes;

namespace Warren.Api.Tests.Mapping;

/// <summary>What the cluster shows: each property of the model that changes is seen in the API's message, and each field of the message says something.</summary>
public sealed class StatusMapTests
{
    [Fact]
    public void Service_EachThingChanged_IsSeen() =>
        // Its tasks are shown by themselves; here they are only counted.
        Check<ServiceStatus>(
            ServiceMap.Write, path => path.StartsWith("Tasks", StringComparison.Ordinal),
            "progress.reason", "progress.wanted", "progress.pending", "progress.ready", "progress.updated", "progress.failed");

    [Fact]
    public void Task_EachThingChanged_IsSeen() => Check<TaskRecord>(task => TaskMap.Write(task, node => "name of " + node), _ => false, "is_ready");

    [Fact]
    public void Node_EachThingChanged_IsSeen() => Check<NodeRecord>(NodeMap.Write);

    [Fact]
    public void Secret_EachThingChanged_IsSeen() => Check<SecretRecord>(ObjectMap.Write);

    [Fact]
    public void Config_EachThingChanged_IsSeen() => Check<ConfigRecord>(config => ObjectMap.Write(config, withContent: true));

    // The name is there twice, in the spec too.
    [Fact]
    public void Volume_EachThingChanged_IsSeen() => Check<VolumeRecord>(ObjectMap.Write, path => path == "Spec.Name");

    [Fact]
    public void Event_EachThingChanged_IsSeen() => Check<ClusterEvent>(EventMap.Write);

    [Fact]
    public void Objects_Read_ComeBackWithTheSameContent()
    {
        var volume = Model.Full<VolumeSpec>() with { Name = "data", Driver = "nfs" };
        var written = ObjectMap.Write(Model.Full<VolumeRecord>() with { Name = new("data"), Spec = volume }).Spec;
        Should.Throw<ValidationException>(() => ObjectMap.ReadVolume(written)).Problems.ShouldContain(problem => problem.Path.StartsWith("options", StringComparison.Ordinal));
        written.Options.Clear();
        written.Options.Add("server", "10.0.0.1");
        written.Options.Add("path", "/export");
        var read = ObjectMap.ReadVolume(written);
        ContentComparison.Differences(read, volume).ShouldAllBe(path => path.StartsWith("options", StringComparison.Ordinal));

        var config = Model.Full<ConfigRecord>();
        ContentComparison.Differences(ObjectMap.ReadConfig(ObjectMap.Write(config, withContent: true).Spec), config.Spec).ShouldBeEmpty();
        var secret = ObjectMap.ReadSecret(new() { Name = "key", Labels = { ["a"] = "b" }, Value = ByteString.CopyFromUtf8("x") });
        (secret.Name.Value, secret.Labels["a"], secret.Value.Length).ShouldBe(("key", "b", 1));
        Should.Throw<ValidationException>(() => ObjectMap.ReadSecret(new() { Name = "Key!" })).Problems.Select(problem => problem.Path).ShouldBe(["name", "value"]);
    }

    private static void Check<T>(Func<T, IMessage> write, Func<string, bool>? isElsewhere = null, params string[] mayBeUnset)
    {
        var full = Model.Full<T>();
        var before = write(full);
        MessageFields.Unset(before).Except(mayBeUnset).ShouldBeEmpty();
        var unseen = Model.Variations(full).Where(variation => !(isElsewhere?.Invoke(variation.Path) ?? false) && write(variation.Changed).Equals(before))
            .Select(variation => variation.Path);
        unseen.ShouldBeEmpty();
    }
}
