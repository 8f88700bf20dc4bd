using Microsoft.CodeAnalysis;

namespace Orleans.Embedded.CodeGenerator.Tests;

/// <summary>Generated code compiles, whatever shape the sources have.</summary>
public sealed class CompilationTests
{
    [Theory]
    [InlineData("public class A { }")]
    [InlineData("public sealed record A;")]
    [InlineData("public sealed record A(int X);")]
    [InlineData("public readonly record struct A(int X, string? Y);")]
    [InlineData("public struct A { [Id(0)] public readonly int X; [Id(1)] private string _y; }")]
    [InlineData("public readonly struct A(int x) { [Id(0)] public int X { get; } = x; }")]
    [InlineData("public enum A : ulong { One = 1 }")]
    [InlineData("internal abstract class A { [Id(0)] protected int X { get; private set; } }")]
    [InlineData("public class A { private A() { } [Id(0)] public required string X { get; init; } }")]
    [InlineData("public class A { [field: Id(0)] public int X { get; } }")]
    [InlineData("public class A { [Id(0)] public int @class; [Id(1)] public string @event { get; set; } = \"\"; }")]
    [InlineData("public class A { [Id(0)] public List<(int Left, string? Right)>? Pairs { get; set; } [Id(1)] public int[]?[]? Jagged; }")]
    [InlineData("public class A { [Id(0)] public A? Self; [Id(1)] public Dictionary<string, List<A>>? Others { get; init; } }")]
    [InlineData("public sealed class A<T> where T : class, IComparable<T>, new() { [Id(0)] public T? X { get; set; } [Id(1)] public List<T> Y = []; }")]
    [InlineData("public sealed record A<TKey, TValue>(ImmutableDictionary<TKey, TValue> Map) where TKey : notnull;")]
    [InlineData("public record struct A<T>(T Value) where T : unmanaged;")]
    [InlineData("public class A : Exception { public A(int code) : base(\"x\") => Code = code; [Id(0)] public int Code { get; } }")]
    [InlineData("public class A : OrleansException { protected A() { } }")]
    public void Serializable_OfAnyShape_Compiles(string type)
    {
        var generated = Generated.From($"namespace N; [GenerateSerializer] {type}");

        generated.Diagnostics.ShouldBeEmpty();
        generated.Errors.ShouldBeEmpty();
        generated.Manifest.ShouldContain("N.A");
    }

    [Fact]
    public void Serializable_Nested_IsNamedAsReflectionNamesIt()
    {
        var generated = Generated.From("namespace N; public class Outer { [GenerateSerializer] internal sealed record Inner(int X); }");

        generated.Errors.ShouldBeEmpty();
        generated.Manifest.ShouldContain("AddCodec(\"N.Outer+Inner\", typeof(global::N.Outer.Inner)");
    }

    [Fact]
    public void Serializable_InheritanceOverAssemblies_Compiles()
    {
        var contracts = Generated.From(
            "Contracts", [], "namespace C; [GenerateSerializer] public abstract class Base { [Id(0)] public int X { get; protected set; } }");

        var generated = Generated.From(
            "Sample", [contracts.ToReference()], "namespace N; [GenerateSerializer] public class Derived : C.Base { [Id(0)] public int Y { get; set; } }");

        generated.Errors.ShouldBeEmpty();
        generated.Text("Derived").ShouldContain("MembersOf<global::C.Base>");
    }

    [Fact]
    public void Interface_WithEveryKindOfMethod_Compiles()
    {
        var generated = Generated.From("""
            namespace N;
            public interface IPlain { Task PlainAsync(); }
            public interface IReader<T> { ValueTask<T> ReadAsync(T value); }
            public interface IBase : IGrainWithStringKey { Task BaseAsync(); Task SameAsync(int x); }
            internal interface IThing : IBase, IPlain, IReader<string?>
            {
                Task NoneAsync();
                Task<int> SumAsync(int left, long right = 5, params int[] more);
                ValueTask<List<string?>?> FindAsync(string @class, object? any, CancellationToken cancellationToken = default);
                ValueTask TouchAsync(CancellationToken token, int after);
                [OneWay] Task ForgetAsync((int Left, string Right) pair);
                [OneWay] ValueTask ForgetTooAsync();
                void Fire(Guid id);
                new Task SameAsync(int x);
                Task OverloadAsync(int x);
                Task OverloadAsync(string x);
                Task DefaultAsync() => Task.CompletedTask;
                [ReadOnly, AlwaysInterleave, ResponseTimeout("00:01:00")] Task<T1> SlowAsync(IThing thing, [Immutable] byte[] bytes);
            }
            [GenerateSerializer] public sealed record T1(int X);
            """);

        generated.Diagnostics.ShouldBeEmpty();
        generated.Errors.ShouldBeEmpty();
        var thing = generated.Text("Proxy.IThing");
        thing.ShouldContain("InvokeMethodOptions.ReadOnly | global::Orleans.CodeGeneration.InvokeMethodOptions.AlwaysInterleave");
        thing.ShouldContain("new global::System.TimeSpan(600000000L)");
        thing.ShouldContain("case 0: A0 = (global::System.Guid)value");
        thing.ShouldContain("request_.A1 = bytes;");
    }

    [Fact]
    public void Interface_InheritedFromAnotherAssembly_KeepsTheNumbersAndOwnersOfItsMethods()
    {
        var contracts = Generated.From("Contracts", [], "namespace C; public interface IBase : IGrain { Task BaseAsync(int x); }");
        var number = Ids(contracts.Text("Proxy.IBase")).ShouldHaveSingleItem();

        var generated = Generated.From("Sample", [contracts.ToReference()], "namespace N; public interface IThing : C.IBase { Task OwnAsync(); }");

        generated.Errors.ShouldBeEmpty();
        Ids(generated.Text("Proxy.IThing")).ShouldContain(number);
        Ids(generated.Manifest).ShouldNotContain(number);
        generated.Manifest.ShouldContain("OwnAsync");
        generated.Manifest.ShouldNotContain("BaseAsync");
    }

    [Fact]
    public void Manifest_NamesThoseOfReferencedAssemblies()
    {
        var contracts = Generated.From("My.Contracts", [], "namespace C; [GenerateSerializer] public sealed record A(int X);");

        var generated = Generated.From("Host", [contracts.ToReference()], "namespace N; public class Nothing;");

        generated.Errors.ShouldBeEmpty();
        generated.Manifest.ShouldContain("TypeManifest(typeof(global::OrleansGenerated.My_Contracts.Manifest))");
        generated.Manifest.ShouldNotContain("class Manifest");
    }

    [Fact]
    public void Manifest_ConstructedTypes_AreMadeWithoutReflectionWhereNoCodeCanBeMade()
    {
        var generated = Generated.From("""
            namespace N;
            [GenerateSerializer] public sealed record A<T>(T X);
            [GenerateSerializer] public sealed record B(A<int> One, ImmutableArray<List<DayOfWeek>> Many, (int, string)? Maybe);
            """);

        generated.Errors.ShouldBeEmpty();
        var constructed = generated.Manifest.Split('\n').Where(x => x.Contains("AddConstructed", StringComparison.Ordinal)).ToList();
        constructed.Count.ShouldBe(6);
        constructed.ShouldContain(x => x.Contains("new Codec_A_", StringComparison.Ordinal) && x.Contains("<int>()", StringComparison.Ordinal));
        constructed.ShouldContain(x => x.Contains("FrameworkCodecs.ImmutableArray<global::System.Collections.Generic.List<global::System.DayOfWeek>>()", StringComparison.Ordinal));
        constructed.ShouldContain(x => x.Contains("FrameworkCodecs.Enum<global::System.DayOfWeek>()", StringComparison.Ordinal));
        constructed.ShouldContain(x => x.Contains("FrameworkCodecs.ValueTuple<int, string>()", StringComparison.Ordinal));
    }

    [Fact]
    public void Interface_ParametersOnly_NoConflictWithGeneratedNames()
    {
        var generated = Generated.From("namespace N; public interface IThing : IGrain { Task MAsync(int target, int value, int reader, int writer, int shared, int index); }");

        generated.Errors.ShouldBeEmpty();
    }

    private static IEnumerable<string> Ids(string text) =>
        text.Split(['\n', '(', ',', ' ']).Select(x => x.Trim()).Where(x => x.StartsWith("0x", StringComparison.Ordinal));
}
