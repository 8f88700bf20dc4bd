using Orleans.Embedded.Tests.Serialization.Samples;
using Orleans.Metadata;
using Orleans.Serialization;

namespace Orleans.Embedded.Tests.Serialization;

public sealed class RegistryTests
{
    [Theory]
    [InlineData(typeof(int), "int")]
    [InlineData(typeof(Colour), "test.Colour")]
    [InlineData(typeof(Point), "Orleans.Embedded.Tests.Serialization.Samples.Point")]
    [InlineData(typeof(int[]), "array<int>")]
    [InlineData(typeof(Dictionary<string, List<Colour?>>), "dictionary<string,list<nullable<test.Colour>>>")]
    [InlineData(typeof(Pair<int, string[]>), "Orleans.Embedded.Tests.Serialization.Samples.Pair`2<int,array<string>>")]
    [InlineData(typeof(List<ISampleGrain>), "list<&test.ISample>")]
    [InlineData(typeof(QuotaException), "!Orleans.Embedded.Tests.Serialization.Samples.QuotaException")]
    public void Name_OfType_MeansThatTypeAgain(Type type, string name)
    {
        TypeManifests.EnsureLoaded();

        TypeNames.Of(type).ShouldBe(name);
        TypeNames.Parse(name).ShouldBe(type);
    }

    [Fact]
    public void Name_OfTypeThatIsNotRegistered_IsNone()
    {
        TypeNames.Of(typeof(DayOfWeek)).ShouldBeNull();
        TypeNames.Of(typeof(List<DayOfWeek>)).ShouldBeNull();
        Should.Throw<CodecNotFoundException>(() => Wire.Write<object>(DayOfWeek.Friday)).Message.ShouldContain("System.DayOfWeek has no name");
    }

    [Theory]
    [InlineData(typeof(int), true)]
    [InlineData(typeof(Shape), true)]
    [InlineData(typeof(object), true)]
    [InlineData(typeof(Animal), true)]
    [InlineData(typeof(IReadOnlyList<Pair<int, DayOfWeek?>>), true)]
    [InlineData(typeof(ISampleGrain), true)]
    [InlineData(typeof(Exception), true)]
    [InlineData(typeof(System.Text.StringBuilder), false)]
    [InlineData(typeof(List<System.Text.StringBuilder>), false)]
    [InlineData(typeof(int[,]), false)]
    [InlineData(typeof(Action), false)]
    public void CanSerialize_SaysWhatTheTypeTells(Type type, bool expected) => Codecs.CanSerialize(type).ShouldBe(expected);

    [Fact]
    public void Codec_OfTypeWithoutOne_IsReportedWithMemberAndRemedy()
    {
        Should.Throw<CodecNotFoundException>(() => Codecs.Of<Action>()).Message.ShouldContain("System.Action");
        var missing = Codecs.Of<List<Action>>();
        Should.Throw<CodecNotFoundException>(() => missing.Copy([() => { }])).Message.ShouldContain("the items of");
    }

    [Fact]
    public void Codec_AskedForTwice_IsTheSame()
    {
        Codecs.Of<List<Shape>>().ShouldBeSameAs(Codecs.Of<List<Shape>>());
        Codecs.Of<Shape>("a member").ShouldBeSameAs(Codecs.Of<Shape>());
    }

    [Fact]
    public void NameTwice_IsAConfigurationErrorThatNamesBoth()
    {
        TypeManifests.EnsureLoaded();

        var failure = Should.Throw<OrleansConfigurationException>(() => TypeNames.Add("test.Colour", typeof(RegistryTests)));

        failure.Message.ShouldContain("test.Colour");
        failure.Message.ShouldContain(typeof(Colour).FullName!);
        failure.Message.ShouldContain(typeof(RegistryTests).FullName!);
    }

    [Fact]
    public void GrainInterfaceTwice_IsAConfigurationErrorThatNamesBoth()
    {
        var builder = new TypeManifestBuilder();
        Func<GrainReferenceShared, IdSpan, GrainReference> factory = (_, _) => throw new NotSupportedException();
        builder.AddInterface<ISampleGrain>(GrainInterfaceType.Create("test.ISample"), factory, null);

        var failure = Should.Throw<OrleansConfigurationException>(
            () => builder.AddInterface<ISampleObserver>(GrainInterfaceType.Create("test.ISample"), factory, null));

        failure.Message.ShouldContain(nameof(ISampleGrain));
        failure.Message.ShouldContain(nameof(ISampleObserver));
    }

    [Fact]
    public void Catalog_HasInterfacesOfThisAssemblyAndOfTheEngine()
    {
        var catalog = TypeManifests.LoadAll();

        catalog.InterfaceOf(typeof(ISampleGrain)).InterfaceType.ToString().ShouldBe("test.ISample");
        catalog.InterfaceOf(typeof(IGrainWithStringKey)).InterfaceType.ToString().ShouldBe("Orleans.IGrainWithStringKey");
        TypeManifests.LoadAll().ShouldBeSameAs(catalog);
    }
}
