using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Warren.Silo.Stores;

namespace Warren.Silo.Tests.Stores;

public sealed class StateSerializerTests
{
    private static readonly ImmutableSortedDictionary<string, string> s_labels = ImmutableSortedDictionary<string, string>.Empty;

    private static readonly RowKey s_key = new("state", "service", "web", "spec");

    [Fact]
    public void Serialize_RecordWithIdsAndImmutableCollections_IsPlainJson()
    {
        var state = new Spec(
            new ServiceName("web"),
            ["a", "b"],
            ImmutableDictionary<ServiceName, int>.Empty.Add(new ServiceName("db"), 2),
            ImmutableSortedSet.Create(3, 1),
            GrainId.Create("node", "n/1"),
            TimeSpan.FromSeconds(90),
            null);

        var stored = new StateSerializer([]).Serialize(state);

        stored.ShouldBe(new StoredState(
            1,
            """{"Name":"web","Tags":["a","b"],"Weights":{"db":2},"Slots":[1,3],"Node":"node/n/1","Grace":"00:01:30","Note":null}"""));
    }

    [Fact]
    public void Deserialize_WhatWasSerialized_IsTheSame()
    {
        var serializer = new StateSerializer([]);
        var state = new Spec(
            new ServiceName("ö☃<&\"\0"),
            ["x"],
            ImmutableDictionary<ServiceName, int>.Empty.Add(new ServiceName("a"), 1),
            [7],
            GrainId.Create("node", "n"),
            TimeSpan.FromTicks(1),
            "note");

        var read = serializer.Deserialize<Spec>(serializer.Serialize(state), s_key).ShouldNotBeNull();

        (read.Name, read.Node, read.Grace, read.Note).ShouldBe((state.Name, state.Node, state.Grace, state.Note));
        read.Tags.ShouldBe(state.Tags);
        read.Weights.ShouldBe(state.Weights);
        read.Slots.ShouldBe(state.Slots);
    }

    [Fact]
    public void Serialize_WhatIsEmptyInANewObjectToo_IsLeftOutAndTheSameAgain()
    {
        new StateSerializer([]).Serialize(new Settings()).Payload.ShouldBe("""{"Replicas":1,"Delay":"00:00:01","Tags":["a"]}""");
        var emptied = new Settings { Replicas = 0, Delay = TimeSpan.Zero, Tags = [], Limit = 0, Labels = s_labels.Add("a", "").Clear() };

        var stored = new StateSerializer([]).Serialize(emptied);

        stored.Payload.ShouldBe("""{"Replicas":0,"Delay":"00:00:00","Tags":[],"Limit":0}""");
        var read = new StateSerializer([]).Deserialize<Settings>(stored, s_key).ShouldNotBeNull();
        (read.Replicas, read.Delay, read.Limit, read.Text, read.Flag, read.Labels.Count).ShouldBe((0, TimeSpan.Zero, 0, "", false, 0));
        read.Tags.ShouldBeEmpty();
        read.Ports.ShouldBeEmpty();
    }

    [Fact]
    public void Serialize_WhatIsNotEmpty_IsWritten()
    {
        var stored = new StateSerializer([]).Serialize(new Settings { Text = "x", Flag = true, Ports = [1], Labels = s_labels.Add("a", "b"), Count = 7 });

        stored.Payload.ShouldBe("""{"Replicas":1,"Delay":"00:00:01","Tags":["a"],"Text":"x","Flag":true,"Ports":[1],"Labels":{"a":"b"},"Count":7}""");
    }

    [Fact]
    public void Deserialize_UnsetId_IsUnsetAgain()
    {
        var serializer = new StateSerializer([]);

        var stored = serializer.Serialize(new Owner(default, default));

        stored.Payload.ShouldBe("""{"Name":null,"Grain":null}""");
        serializer.Deserialize<Owner>(stored, s_key).ShouldBe(new Owner(default, default));
    }

    [Fact]
    public void Deserialize_OlderForm_IsConverted()
    {
        var serializer = new StateSerializer([Format(writes: 2, reads: 2)]);

        serializer.Deserialize<Person>(new StoredState(1, """{"First":"Ada","Last":"Lovelace"}"""), s_key)
            .ShouldBe(new Person("Ada Lovelace"));
        serializer.Serialize(new Person("Ada Lovelace")).ShouldBe(new StoredState(2, """{"Name":"Ada Lovelace"}"""));
    }

    [Fact]
    public void Deserialize_NewerFormThatIsKnown_IsConvertedAndWrittenInTheOldForm()
    {
        // The release before: it reads form 2 already, and still writes form 1.
        var serializer = new StateSerializer([new StateFormat
        {
            StateType = typeof(OldPerson),
            Reads = 2,
            Convert = (payload, form) =>
            {
                form.ShouldBe(2);
                var names = payload!["Name"]!.GetValue<string>().Split(' ');
                return new JsonObject { ["First"] = names[0], ["Last"] = names[1] };
            },
        }]);

        var read = serializer.Deserialize<OldPerson>(new StoredState(2, """{"Name":"Ada Lovelace"}"""), s_key);

        read.ShouldBe(new OldPerson("Ada", "Lovelace"));
        serializer.Serialize(read).Form.ShouldBe(1);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(0)]
    public void Deserialize_UnknownForm_NamesRecordAndForms(int form)
    {
        var serializer = new StateSerializer([Format(writes: 2, reads: 2)]);

        var failure = Should.Throw<StoreFailureException>(() => serializer.Deserialize<Person>(new StoredState(form, "{}"), s_key)).Failure;

        failure.Fault.ShouldBe(StoreFault.WrongSchema);
        failure.Cause.ShouldBe(
            $"spec of service/web is in form {form}, written by a newer release; this release reads forms up to 2");
    }

    [Theory]
    [InlineData("""{"Name":""")]
    [InlineData("""{"Name":{}}""")]
    [InlineData("[]")]
    public void Deserialize_NotSuchAState_NamesRecordAndType(string payload)
    {
        var failure = Should.Throw<StoreFailureException>(
            () => new StateSerializer([]).Deserialize<Person>(new StoredState(1, payload), s_key)).Failure;

        failure.Fault.ShouldBe(StoreFault.Damaged);
        failure.Cause.ShouldStartWith("spec of service/web is not a Person: ");
    }

    private static StateFormat Format(int writes, int reads) => new()
    {
        StateType = typeof(Person),
        Writes = writes,
        Reads = reads,
        Convert = (payload, _) => new JsonObject { ["Name"] = $"{payload!["First"]} {payload["Last"]}" },
    };

    private sealed record Person(string Name);

    private sealed record OldPerson(string First, string Last);

    private sealed record Settings
    {
        public int Replicas { get; init; } = 1;

        public TimeSpan Delay { get; init; } = TimeSpan.FromSeconds(1);

        public ImmutableArray<string> Tags { get; init; } = ["a"];

        public int? Limit { get; init; }

        public string Text { get; init; } = "";

        public bool Flag { get; init; }

        public ImmutableArray<int> Ports { get; init; } = [];

        public ImmutableSortedDictionary<string, string> Labels { get; init; } = s_labels;

        public int Count { get; init; }
    }

    private sealed record Owner(ServiceName Name, GrainId Grain);

    private sealed record Spec(
        ServiceName Name,
        ImmutableArray<string> Tags,
        ImmutableDictionary<ServiceName, int> Weights,
        ImmutableSortedSet<int> Slots,
        GrainId Node,
        TimeSpan Grace,
        string? Note);

    private readonly record struct ServiceName(string Value) : IParsable<ServiceName>
    {
        public static ServiceName Parse(string s, IFormatProvider? provider) => new(s);

        public static bool TryParse(string? s, IFormatProvider? provider, out ServiceName result)
        {
            result = new ServiceName(s!);
            return s is not null;
        }

        public override string ToString() => Value;
    }
}
