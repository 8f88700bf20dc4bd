using Grpc.Core;

namespace Warren.Shims.Tests.Core;

public sealed class MetadataTests
{
    [Fact]
    public void Add_UpperCaseKey_IsMadeLowerCaseAndFoundInAnyCase()
    {
        var metadata = new Metadata { { "X-Node", "seven" } };

        metadata[0].Key.ShouldBe("x-node");
        metadata.GetValue("x-NODE").ShouldBe("seven");
        metadata.GetValue("x-other").ShouldBeNull();
    }

    [Fact]
    public void Get_SeveralEntries_IsTheLastAndGetAllIsAllInOrder()
    {
        var metadata = new Metadata { { "a", "1" }, { "b-bin", [2] }, { "a", "3" }, { "b-bin", [4, 5] } };

        metadata.GetValue("a").ShouldBe("3");
        metadata.GetValueBytes("b-bin").ShouldBe([4, 5]);
        metadata.GetAll("a").Select(entry => entry.Value).ShouldBe(["1", "3"]);
        metadata.GetAll("c").ShouldBeEmpty();
    }

    [Theory]
    [InlineData("")]
    [InlineData("with space")]
    [InlineData("colon:")]
    [InlineData("größe")]
    [InlineData("\u212A")] // the Kelvin sign, whose lower case is an ASCII k
    public void Entry_KeyThatIsNoHeaderName_IsRefused(string key) =>
        Should.Throw<ArgumentException>(() => new Metadata.Entry(key, "value"));

    [Fact]
    public void Entry_KeyAndValueOfDifferentKind_IsRefused()
    {
        Should.Throw<ArgumentException>(() => new Metadata.Entry("text", [1])).Message.ShouldContain("'text'");
        Should.Throw<ArgumentException>(() => new Metadata.Entry("data-bin", "text")).Message.ShouldContain("'data-bin'");
    }

    [Fact]
    public void Entry_OfBytes_IsNotChangedThroughArrays()
    {
        byte[] bytes = [1, 2, 3];
        var entry = new Metadata.Entry("data-bin", bytes);

        bytes[0] = 9;
        entry.ValueBytes[1] = 9;

        entry.ValueBytes.ShouldBe([1, 2, 3]);
        Should.Throw<InvalidOperationException>(() => entry.Value);
    }

    [Fact]
    public void Entry_OfText_HasAsciiBytes()
    {
        var entry = new Metadata.Entry("key", "abc");

        entry.ValueBytes.ShouldBe([97, 98, 99]);
        entry.IsBinary.ShouldBeFalse();
        entry.ToString().ShouldBe("[key: abc]");
        new Metadata.Entry("key-bin", [10, 255]).ToString().ShouldBe("[key-bin: 0AFF]");
    }

    [Fact]
    public void Empty_AnyChange_IsRefused()
    {
        var entry = new Metadata.Entry("key", "value");

        Metadata.Empty.IsReadOnly.ShouldBeTrue();
        Should.Throw<InvalidOperationException>(() => Metadata.Empty.Add(entry));
        Should.Throw<InvalidOperationException>(() => Metadata.Empty.Insert(0, entry));
        Should.Throw<InvalidOperationException>(() => Metadata.Empty.Remove(entry));
        Should.Throw<InvalidOperationException>(Metadata.Empty.Clear);
        Metadata.Empty.ShouldBeEmpty();
    }

    [Fact]
    public void List_ChangedInTheMiddle_KeepsItsOrder()
    {
        var metadata = new Metadata { { "a", "1" }, { "c", "3" } };
        var inserted = new Metadata.Entry("b", "2");

        metadata.Insert(1, inserted);
        metadata.IndexOf(inserted).ShouldBe(1);
        metadata.Contains(inserted).ShouldBeTrue();
        metadata[2] = new Metadata.Entry("d", "4");
        metadata.RemoveAt(0);
        var copy = new Metadata.Entry[2];
        metadata.CopyTo(copy, 0);

        copy.Select(entry => entry.Key).ShouldBe(["b", "d"]);
        metadata.Remove(inserted).ShouldBeTrue();
        metadata.Count.ShouldBe(1);
        metadata.Clear();
        metadata.Count.ShouldBe(0);
    }
}
