using System.Collections.Immutable;
using FsCheck.Fluent;
using Orleans.Embedded.Tests.Serialization.Samples;
using Orleans.Embedded.Tests.Testing;

namespace Orleans.Embedded.Tests.Serialization;

public sealed class RoundTripProperties
{
    [Fact]
    public void Numbers_ComeBackEqual()
    {
        Check<int>();
        Check<long>();
        Check<ulong>();
        Check<short>();
        Check<byte>();
        Check<double>();
        Check<float>();
        Check<decimal>();
        Check<Guid>();
        Check<TimeSpan>();
        Check<DateTime>();
        Check<DateTimeOffset>();
        Check<int?>();
        Check<char>();
        Check<bool[]>();
        Check<List<long>>();
        Check<Dictionary<int, List<short>>>();
        Check<(int, long?)[]>();

        static void Check<T>() => Sampled.Check(ArbMap.Default.GeneratorFor<T>(), value => Describe(Wire.RoundTrip(value)).ShouldBe(Describe(value)));
    }

    [Fact]
    public void Texts_ComeBackEqual() => Sampled.Check(SampleGen.Text, text => Wire.RoundTrip(text).ShouldBe(text));

    [Fact]
    public void Shapes_ComeBackEqual() => Sampled.Check(SampleGen.Shape, shape => ShouldBeSame(Wire.RoundTrip(shape)!, shape));

    [Fact]
    public void Holders_ComeBackEqual_AndCopiesToo() => Sampled.Check(SampleGen.Holder, holder =>
    {
        Describe(Wire.RoundTrip(holder)!).ShouldBe(Describe(holder));
        Describe(Wire.Copy(holder)!).ShouldBe(Describe(holder));
    });

    [Fact]
    public void Bytes_OfAValue_AreTheSameEachTime() => Sampled.Check(SampleGen.Holder, holder => Wire.Write(holder).ShouldBe(Wire.Write(Wire.RoundTrip(holder))));

    [Fact]
    public void Samples_AreNotTrivial()
    {
        Sampled.Share(SampleGen.Text, x => x.Length > 1).ShouldBeGreaterThan(0.6);
        Sampled.Share(SampleGen.Text, x => x.Any(c => c > 0x7FF)).ShouldBeGreaterThan(0.3);
        Sampled.Share(SampleGen.Shape, x => x.Corners.IsDefault).ShouldBeInRange(0.03, 0.3);
        Sampled.Share(SampleGen.Shape, x => !x.Corners.IsDefault && x.Corners.Length > 1).ShouldBeGreaterThan(0.5);
        Sampled.Share(SampleGen.Shape, x => x.Labels.Count > 1).ShouldBeGreaterThan(0.4);
        Sampled.Share(SampleGen.Shape, x => x.Area is null).ShouldBeInRange(0.02, 0.6);
        Sampled.Share(SampleGen.Holder, x => x.Animal is Puppy { Mother: not null }).ShouldBeGreaterThan(0.1);
        Sampled.Share(SampleGen.Holder, x => x.Messages!.Any(y => y is Reply)).ShouldBeGreaterThan(0.4);
        Sampled.Share(SampleGen.Holder, x => x.Anything is Shape).ShouldBeGreaterThan(0.05);
    }

    [Fact]
    public void PlantedFault_IsFound() => Sampled.Finds(SampleGen.Shape, shape =>
        ShouldBeSame(Wire.RoundTrip(shape with { Labels = ImmutableDictionary<string, string>.Empty })!, shape)).ShouldBeTrue();

    private static void ShouldBeSame(Shape actual, Shape expected)
    {
        actual.Name.ShouldBe(expected.Name);
        actual.Corners.IsDefault.ShouldBe(expected.Corners.IsDefault);
        if (!expected.Corners.IsDefault) actual.Corners.ShouldBe(expected.Corners);
        actual.Colour.ShouldBe(expected.Colour);
        actual.Area.ShouldBe(expected.Area);
        actual.Labels.ShouldBe(expected.Labels, ignoreOrder: true);
    }

    private static string Describe<T>(T value) =>
        System.Text.Json.JsonSerializer.Serialize(value, new System.Text.Json.JsonSerializerOptions { IncludeFields = true, NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals });

    private static string Describe(Holder holder) => System.Text.Json.JsonSerializer.Serialize(new
    {
        Type = holder.Anything?.GetType().Name,
        Text = holder.Anything switch
        {
            Shape shape => $"{shape.Name} {(shape.Corners.IsDefault ? "default" : string.Join(",", shape.Corners))} {shape.Colour} {shape.Area} "
                + string.Join(",", shape.Labels.OrderBy(x => x.Key, StringComparer.Ordinal)),
            List<string> list => string.Join("|", list),
            var other => other?.ToString(),
        },
        holder.Animal?.Name,
        Age = (holder.Animal as Dog)?.Age,
        Mother = (holder.Animal as Puppy)?.Mother?.Age,
        Letters = holder.Messages!.Select(x => x.ToString()),
    });
}
