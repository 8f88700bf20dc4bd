using System.Collections.Immutable;
using Orleans.Embedded.Tests.Serialization.Samples;
using Orleans.Serialization;

namespace Orleans.Embedded.Tests.Serialization;

/// <summary>Two versions of a type, in two processes of one cluster: what one writes the other reads.</summary>
public sealed class VersionToleranceTests
{
    [Fact]
    public void Member_AddedInTheNewVersion_IsSkippedByTheOldAndKeepsItsInitialValueInTheNew()
    {
        var newer = new ClassV2 { Name = "n", Added = [1, 2], AlsoAdded = new Shape("s", [new(1, 2)]) };
        Wire.Read<ClassV1>(Wire.Write(newer))!.Name.ShouldBe("n");

        var read = Wire.Read<ClassV2>(Wire.Write(new ClassV1 { Name = "o" }))!;
        read.Name.ShouldBe("o");
        read.Added.ShouldBe([7]);
        read.AlsoAdded.ShouldBeNull();
    }

    [Fact]
    public void Null_IsToldFromAbsent() => Wire.Read<ClassV2>(Wire.Write(new ClassV2 { Added = null }))!.Added.ShouldBeNull();

    [Fact]
    public void RecordParameter_AddedInTheNewVersion_IsSkippedByTheOldAndIsDefaultInTheNew()
    {
        Wire.Read<RecordV1>(Wire.Write(new RecordV2(1, "added") { Body = 5 })).ShouldBe(new RecordV1(1) { Body = 5 });
        Wire.Read<RecordV2>(Wire.Write(new RecordV1(1) { Body = 5 })).ShouldBe(new RecordV2(1, null) { Body = 5 });
    }

    [Fact]
    public void BaseMember_AddedInTheNewVersion_DoesNotMeetMembersOfTheDerivedType()
    {
        var read = Wire.Read<DerivedV1>(Wire.Write(new DerivedV2 { Base = 1, AddedToBase = 2, Own = "own" }))!;
        (read.Base, read.Own).ShouldBe((1, "own"));

        var newer = Wire.Read<DerivedV2>(Wire.Write(new DerivedV1 { Base = 1, Own = "own" }))!;
        (newer.Base, newer.AddedToBase, newer.Own).ShouldBe((1, 0, "own"));
    }

    [Fact]
    public void Struct_ThatBecameNullable_IsReadBothWays()
    {
        Wire.Read<int?>(Wire.Write(5)).ShouldBe(5);
        Wire.Read<int>(Wire.Write<int?>(5)).ShouldBe(5);
        Wire.Read<int>(Wire.Write<int?>(null)).ShouldBe(0);
    }

    [Fact]
    public void Collection_ThatBecameAnotherKind_IsReadBothWays()
    {
        Wire.Read<ImmutableArray<int>>(Wire.Write(new List<int> { 1, 2 })).ShouldBe([1, 2]);
        Wire.Read<int[]>(Wire.Write<IReadOnlyList<int>>([1, 2])).ShouldBe([1, 2]);
        Wire.Read<ImmutableDictionary<string, int>>(Wire.Write(new Dictionary<string, int> { ["a"] = 1 }))!["a"].ShouldBe(1);
    }

    [Fact]
    public void SealedClass_ThatWasOpened_IsReadBothWays()
    {
        Wire.Read<Letter>(Wire.Write(new SealedLetter("text"))).ShouldBe(new Letter("text"));
        Wire.Read<SealedLetter>(Wire.Write<Letter>(new Letter("text"))).ShouldBe(new SealedLetter("text"));
    }

    [Fact]
    public void Number_ThatGrewWider_IsReadByTheNewVersion()
    {
        Wire.Read<long>(Wire.Write(-5)).ShouldBe(-5);
        Should.Throw<WireFormatException>(() => Wire.Read<int>(Wire.Write(long.MaxValue)));
    }

    [Fact]
    public void Argument_AddedToAMethodWithAlias_IsDefaultOrSkipped()
    {
        var older = Requests.Create<IMethodV1>("MAsync");
        older.SetArgument(0, 5);
        var newer = Requests.Create<IMethodV2>("MAsync");
        Requests.Transfer(older, newer);
        newer.GetArgument(0).ShouldBe(5);
        newer.GetArgument(1).ShouldBeNull();

        newer.SetArgument(1, "added");
        var read = Requests.Create<IMethodV1>("MAsync");
        Requests.Transfer(newer, read);
        read.GetArgument(0).ShouldBe(5);
    }

    [GenerateSerializer]
    public sealed class ClassV1
    {
        [Id(0)]
        public string Name { get; set; } = "";
    }

    [GenerateSerializer]
    public sealed class ClassV2
    {
        [Id(0)]
        public string Name { get; set; } = "";

        [Id(3)]
        public List<int>? Added { get; set; } = [7];

        [Id(1)]
        public Shape? AlsoAdded { get; set; }
    }

    [GenerateSerializer]
    public sealed record RecordV1(int X)
    {
        [Id(0)]
        public int Body { get; init; }
    }

    [GenerateSerializer]
    public sealed record RecordV2(int X, string? Added)
    {
        [Id(0)]
        public int Body { get; init; }
    }

    [GenerateSerializer]
    public class BaseV1
    {
        [Id(0)]
        public int Base { get; set; }
    }

    [GenerateSerializer]
    public sealed class DerivedV1 : BaseV1
    {
        [Id(0)]
        public string Own { get; set; } = "";
    }

    [GenerateSerializer]
    public class BaseV2
    {
        [Id(0)]
        public int Base { get; set; }

        [Id(1)]
        public int AddedToBase { get; set; }
    }

    [GenerateSerializer]
    public sealed class DerivedV2 : BaseV2
    {
        [Id(0)]
        public string Own { get; set; } = "";
    }

    [GenerateSerializer]
    public sealed record SealedLetter(string Text);

    public interface IMethodV1 : IGrain
    {
        [Alias("m")]
        Task MAsync(int x);
    }

    public interface IMethodV2 : IGrain
    {
        [Alias("m")]
        Task MAsync(int x, string? added = null);
    }
}
