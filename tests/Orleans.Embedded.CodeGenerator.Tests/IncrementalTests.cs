using Microsoft.CodeAnalysis;
using Orleans.CodeGenerator;

namespace Orleans.Embedded.CodeGenerator.Tests;

/// <summary>What did not change is not generated again, or typing in an editor would be slow.</summary>
public sealed class IncrementalTests
{
    private static readonly string[] Steps =
        [OrleansGenerator.SerializableStep, OrleansGenerator.InterfaceStep, OrleansGenerator.ReferenceStep];

    private static readonly string[] Sources =
    [
        "namespace N; [GenerateSerializer] public sealed record A(int X, List<B> Bs); [GenerateSerializer] public sealed class B { [Id(0)] public int Y; }",
        "namespace N; public interface IThing : IGrain { Task<A> MAsync(A a, B b); }",
        "namespace N; public class Unrelated { public int M() => 1; }",
    ];

    [Fact]
    public void UnrelatedEdit_NothingIsGeneratedAgain()
    {
        var second = Generated.From(Sources).Edit(2, text => text.Replace("=> 1", "=> 2"));

        foreach (var step in Steps) second.Reasons(step).ShouldAllBe(x => x == IncrementalStepRunReason.Cached || x == IncrementalStepRunReason.Unchanged);
        second.OutputReasons().ShouldAllBe(x => x == IncrementalStepRunReason.Cached);
    }

    [Fact]
    public void EditOfOneType_OthersAreNotGeneratedAgain()
    {
        var first = Generated.From(Sources);
        var second = first.Edit(0, text => text.Replace("int X,", "int X, int W,"));

        second.Reasons(OrleansGenerator.SerializableStep).ShouldBe(
            [IncrementalStepRunReason.Modified, IncrementalStepRunReason.Unchanged], ignoreOrder: true);
        second.Reasons(OrleansGenerator.InterfaceStep).ShouldHaveSingleItem().ShouldBe(IncrementalStepRunReason.Cached);
        second.OutputReasons().Count(x => x == IncrementalStepRunReason.Cached).ShouldBeGreaterThanOrEqualTo(2);
        second.Text("Codec.A").ShouldContain(".W");
        second.Text("Codec.B").ShouldBe(first.Text("Codec.B"));
    }

    [Fact]
    public void EditThatMakesATypeMutable_IsSeenByInterfacesThatUseIt()
    {
        const string Interface = "namespace N; public interface IThing : IGrain { Task MAsync(C c); }";
        var first = Generated.From("namespace N; [GenerateSerializer] public sealed record C(int X);", Interface);
        first.Text("Proxy.IThing").ShouldContain("request_.A0 = c;");

        var second = first.Edit(0, text => text.Replace("C(int X)", "C(int[] X)"));

        second.Text("Proxy.IThing").ShouldContain("Copy0(c)");
    }
}
