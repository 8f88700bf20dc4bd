using Orleans.Embedded.Tests.Serialization.Samples;
using Orleans.Serialization;

namespace Orleans.Embedded.Tests.Serialization;

/// <summary>References to grains and observers in messages.</summary>
public sealed class ReferenceTests : IReferenceFactory
{
    private readonly List<(GrainId GrainId, GrainInterfaceType Type)> _asked = [];

    [Fact]
    public void Reference_ComesBackBoundByTheReader()
    {
        var reference = Requests.Reference<ISampleGrain>("a");

        var result = Wire.Read<ISampleGrain>(Wire.Write(reference), this);

        result.ShouldBe(reference);
        _asked.ShouldBe([(GrainId.Create("sample", "a"), GrainInterfaceType.Create("test.ISample"))]);
    }

    [Fact]
    public void Reference_InVariableOfAnyKind_ComesBack()
    {
        var derived = Requests.Reference<IDerivedSampleGrain>("a");

        Wire.Read<ISampleGrain>(Wire.Write<ISampleGrain>(derived), this).ShouldBeAssignableTo<IDerivedSampleGrain>();
        Wire.Read<IGrain>(Wire.Write<IGrain>(derived), this).ShouldBe(derived);
        Wire.Read<object>(Wire.Write<object>(derived), this).ShouldBe(derived);
        Wire.Read<List<IGrainWithStringKey>>(Wire.Write<List<IGrainWithStringKey>>([derived]), this).ShouldBe([derived]);
        Wire.Read<GrainReference>(Wire.Write((GrainReference)derived), this).ShouldBe((GrainReference)derived);
    }

    [Fact]
    public void Reference_WhereNoneMayBe_IsRefused() =>
        Should.Throw<WireFormatException>(() => Wire.Read<ISampleGrain>(Wire.Write(Requests.Reference<ISampleGrain>("a"))));

    [Fact]
    public void Copy_IsTheReferenceItself()
    {
        var reference = Requests.Reference<ISampleGrain>("a");

        Wire.Copy(reference).ShouldBeSameAs(reference);
        Wire.Copy<object>(reference).ShouldBeSameAs(reference);
    }

    [Fact]
    public void ObserverObject_IsRefusedWithTheRemedy()
    {
        Should.Throw<ArgumentException>(() => Wire.Copy<ISampleObserver>(new Observer())).Message.ShouldContain("CreateObjectReference");
        Should.Throw<ArgumentException>(() => Wire.Write<ISampleObserver>(new Observer())).Message.ShouldContain("CreateObjectReference");
    }

    GrainReference IReferenceFactory.CreateReference(GrainId grainId, GrainInterfaceType interfaceType)
    {
        _asked.Add((grainId, interfaceType));
        return Requests.Reference(interfaceType, grainId);
    }

    private sealed class Observer : ISampleObserver
    {
        public Task OnChangedAsync(string what) => Task.CompletedTask;

        public void Poke()
        {
        }
    }
}
