using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Warren.Shims.Tests.References;

/// <summary>The check finds what it is for: each case breaks one thing under an assembly that was compiled against the whole.</summary>
public sealed class ReferenceCheckTests
{
    private const string Whole = """
        using System;
        using System.Runtime.CompilerServices;
        [assembly: InternalsVisibleTo("User")]
        public class Box<T> { public T Value; public T Get() => Value; public void Put(T value, int count) { } }
        public class Tools {
            public static int Count; public int Size() => 1; public static U Same<U>(U it) => it; public Point Where() => default;
            protected void Own() { } internal void Hidden() { }
            public class Inner { public void Touch(in Point at) { } } }
        public struct Point { public int X; }
        """;

    private const string User = """
        public class User : Tools {
            public int Run(Box<string> box) {
                box.Put(box.Get() + box.Value, 1); new Inner().Touch(Where()); Own(); Hidden();
                return Size() + Count + Same(2) + Where().X; } }
        """;

    private static readonly ImmutableArray<byte> UserImage = Compile("User", User, Compile("Library", Whole));

    [Fact]
    public void Run_WholeLibrary_FindsNothing()
    {
        var check = Run(Whole);

        check.Problems.ShouldBeEmpty();
        check.Resolved.Count(line => line.StartsWith("Method", StringComparison.Ordinal)).ShouldBe(10);
        check.Resolved.Count(line => line.StartsWith("Field", StringComparison.Ordinal)).ShouldBe(3);
        check.Resolved.Count(line => line.StartsWith("type", StringComparison.Ordinal)).ShouldBe(4);
    }

    [Theory]
    [InlineData("public class Inner { public void Touch(in Point at) { } }", "", "type Tools+Inner: no such type")]
    [InlineData("class Box<T>", "class Box<T, U>", "type Box`1: no such type")]
    [InlineData("public int Size() => 1;", "", "Method Tools::Size instance Default Int32 <0>(): no such member")]
    [InlineData("public int Size()", "public static int Size()", "Tools::Size instance Default Int32 <0>(): another signature: static")]
    [InlineData("public int Size() => 1;", "public long Size() => 1;", "another signature: instance Default Int64 <0>()")]
    [InlineData("Put(T value, int count)", "Put(T value)", "Box`1::Put instance Default Void <0>(!0, Int32): another signature")]
    [InlineData("Put(T value, int count)", "Put(object value, int count)", "Box`1::Put instance Default Void <0>(!0, Int32): another")]
    [InlineData("U Same<U>(U it) => it", "U Same<U, V>(U it) => it", "another signature: static Default !!0 <2>(!!0)")]
    [InlineData("public T Value;", "public T Worth; T Value => Worth;", "Field Box`1::Value !0: no such member")]
    [InlineData("public static int Count;", "public static int Count => 1;", "Field Tools::Count Int32: no such member")]
    [InlineData("public struct Point", "public class Point", "another signature: instance Default class Point")]
    [InlineData("Touch(in Point at)", "Touch(Point at)", "another signature: instance Default Void <0>(valuetype Point)")]
    [InlineData("protected void Own()", "private void Own()", "Tools::Own instance Default Void <0>(): the member is not visible")]
    [InlineData("public class Inner", "private class Inner", "type Tools+Inner: the type is not visible")]
    [InlineData("(\"User\")", "(\"Another\")", "Tools::Hidden instance Default Void <0>(): the member is not visible")]
    public void Run_OneThingBroken_NamesIt(string part, string replacement, string problem)
    {
        Whole.ShouldContain(part);

        var check = Run(Whole.Replace(part, replacement, StringComparison.Ordinal));

        check.Problems.ShouldContain(line => line.Contains(problem, StringComparison.Ordinal));
    }

    [Fact]
    public void Run_OlderLibrary_NamesTheVersion()
    {
        var newer = Compile("User", User, Compile("Library", Whole.Replace(
            "[assembly: I", "[assembly: System.Reflection.AssemblyVersion(\"2.1.0.0\")] [assembly: I", StringComparison.Ordinal)));

        Run(Whole, newer).Problems.ShouldContain(line => line.EndsWith("version 0.0.0.0 is older", StringComparison.Ordinal));
    }

    private static ReferenceCheck Run(string library, ImmutableArray<byte>? user = null)
    {
        using var target = new DefinedAssembly(new MemoryStream([.. Compile("Library", library)]));
        return ReferenceCheck.Run(new MemoryStream([.. user ?? UserImage]), [target]);
    }

    private static ImmutableArray<byte> Compile(string name, string source, params ImmutableArray<byte>[] references)
    {
        var framework = typeof(object).Assembly.Location;
        var compilation = CSharpCompilation.Create(
            name,
            [CSharpSyntaxTree.ParseText(source)],
            [MetadataReference.CreateFromFile(framework), .. references.Select(image => MetadataReference.CreateFromImage(image))],
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        using var image = new MemoryStream();
        var result = compilation.Emit(image);
        result.Success.ShouldBeTrue(string.Join('\n', result.Diagnostics));
        return [.. image.ToArray()];
    }
}
