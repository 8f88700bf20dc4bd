using Microsoft.CodeAnalysis;

namespace Orleans.Embedded.CodeGenerator.Tests;

public sealed class DiagnosticTests
{
    [Theory]
    [InlineData("ORLEANSGEN001", "[GenerateSerializer] public class A { [Id(0)] public int X; [Id(0)] public int Y; }", "'N.A.X' and 'N.A.Y' both have [Id(0)]")]
    [InlineData("ORLEANSGEN002", "[GenerateSerializer] public class A { [Id(0)] public int X; public int Y { get; set; } }", "'Y' has no [Id]")]
    [InlineData("ORLEANSGEN002", "[GenerateSerializer] public record A(int X) { public int Y { get; init; } }", "'Y' has no [Id]")]
    [InlineData("ORLEANSGEN003", "public interface IA : IGrain { Task MAsync<T>(T x); }", "'N.IA.MAsync<T>(T)' is generic")]
    [InlineData("ORLEANSGEN004", "public interface IA<T> : IGrain { Task MAsync(T x); }", "'N.IA<T>' is generic")]
    [InlineData("ORLEANSGEN005", "public interface IA : IGrain { Task MAsync(ref int x); }", "'x' of 'N.IA.MAsync(ref int)'")]
    [InlineData("ORLEANSGEN005", "public interface IA : IGrain { Task MAsync(out int x); }", "'x' of 'N.IA.MAsync(out int)'")]
    [InlineData("ORLEANSGEN005", "public interface IA : IGrain { Task MAsync(Span<int> x); }", "'x' of 'N.IA.MAsync(System.Span<int>)'")]
    [InlineData("ORLEANSGEN006", "public interface IA : IGrain { int M(); }", "'N.IA.M()' returns 'int'")]
    [InlineData("ORLEANSGEN007", "public interface IA : IGrain { Task MAsync(int x); Task MAsync(int x, CancellationToken token); }", "have the same number")]
    [InlineData("ORLEANSGEN007", "public interface IA : IGrain { [Alias(\"m\")] Task MAsync(); [Alias(\"m\")] Task NAsync(); }", "'N.IA.MAsync()' and 'N.IA.NAsync()'")]
    [InlineData("ORLEANSGEN008", "public interface IA : IGrain { Task MAsync(List<System.Text.StringBuilder> x); }", "'System.Text.StringBuilder' has no codec")]
    [InlineData("ORLEANSGEN008", "public interface IA : IGrain { Task<Action> MAsync(); }", "'System.Action' has no codec")]
    [InlineData("ORLEANSGEN008", "[GenerateSerializer] public class A { [Id(0)] public int[,]? X; }", "'int[*,*]' has no codec")]
    [InlineData("ORLEANSGEN008", "[GenerateSerializer] public class A { [Id(0)] public System.IO.Stream? X; }", "'System.IO.Stream' has no codec")]
    [InlineData("ORLEANSGEN009", "public class O { [GenerateSerializer] private class A { } }", "'N.O.A' is private")]
    [InlineData("ORLEANSGEN009", "[GenerateSerializer] file class A { }", "'N.A' is private or file-local")]
    [InlineData("ORLEANSGEN010", "public interface IA : IGrain { int P { get; } }", "'N.IA.P' is no method")]
    [InlineData("ORLEANSGEN013", "public interface IA : IGrain { Task MAsync(CancellationToken a, CancellationToken b); }", "more than one CancellationToken")]
    [InlineData("ORLEANSGEN014", "public interface IA : IGrain { [OneWay] Task<int> MAsync(); }", "is [OneWay] but returns a result")]
    [InlineData("ORLEANSGEN015", "public interface IA : IGrain { [ResponseTimeout(\"soon\")] Task MAsync(); }", "'soon' on 'N.IA.MAsync()'")]
    [InlineData("ORLEANSGEN015", "[ResponseTimeout(\"-00:00:01\")] public interface IA : IGrain { Task MAsync(); }", "'-00:00:01' on 'N.IA'")]
    [InlineData("ORLEANSGEN016", "[GenerateSerializer] public class A { [Id(100000001)] public int X; }", "the greatest is 100000000")]
    [InlineData("ORLEANSGEN017", "[GenerateSerializer] public record A(int X) : B(X); public record B(int X);", "'X' of 'N.A'")]
    [InlineData("ORLEANSGEN018", "public class O<T> { [GenerateSerializer] public class A { } }", "'N.O<T>.A' is nested in a generic type")]
    [InlineData("ORLEANSGEN019", "public class O { private interface IA : IGrain { } }", "'N.O.IA' is private")]
    [InlineData("ORLEANSGEN020", "[GenerateSerializer, Alias(\"a<b>\")] public class A { }", "'a<b>' on 'N.A'")]
    [InlineData("ORLEANSGEN020", "[Alias(\"\")] public interface IA : IGrain { }", "'' on 'N.IA'")]
    [InlineData("ORLEANSGEN021", "[GenerateSerializer] public class A { [Id(0)] public int X => 5; }", "'N.A.X' has [Id] but neither")]
    public void Source_WithFault_IsReportedWhereItIs(string id, string source, string message)
    {
        var generated = Generated.From($"namespace N;\n{source}");

        var diagnostic = generated.Diagnostics.Where(x => x.Id == id).ShouldHaveSingleItem();
        diagnostic.GetMessage().ShouldContain(message);
        diagnostic.Location.GetLineSpan().StartLinePosition.Line.ShouldBe(9);
        generated.Diagnostics.ShouldAllBe(x => x.Id == id);
        generated.Errors.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("[GenerateSerializer] public class A { [Id(0)] public int X; private int _cache; [NonSerialized] public int Y; [field: NonSerialized] public int Z { get; set; } }")]
    [InlineData("[GenerateSerializer] public record A(int X) : B(X); [GenerateSerializer] public record B(int X);")]
    [InlineData("public interface IA : IGrain { Task<Exception> MAsync(IEnumerable<object> x, System.IO.FileMode y, Memory<byte> z, IA other); }")]
    [InlineData("public interface IA { int M(ref int x); }")]
    public void Source_WithoutFault_IsNotReported(string source) => Generated.From($"namespace N;\n{source}").Diagnostics.ShouldBeEmpty();

    [Fact]
    public void Rules_AreAllTested()
    {
        var rules = typeof(Orleans.CodeGenerator.Rules).GetFields().Select(x => ((DiagnosticDescriptor)x.GetValue(null)!).Id).ToList();
        var tested = typeof(DiagnosticTests).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods())
            .SelectMany(method => method.GetCustomAttributes(typeof(InlineDataAttribute), false))
            .Select(data => ((InlineDataAttribute)data).GetData(null).First()[0])
            .OfType<string>();

        rules.Except(tested).ShouldBeEmpty();
    }
}
