using System.Text.RegularExpressions;

namespace Orleans.Embedded.CodeGenerator.Tests;

/// <summary>The numbers of methods are on the wire: processes of different versions must agree on them for ever.</summary>
public sealed partial class MethodNumberTests
{
    [Fact]
    public void Number_OfMethod_IsThatOfTheFirstRelease()
    {
        // FNV-1a, 64 bits, of "N.IThing|MAsync|System.Int32,System.Collections.Generic.List`1<System.String>".
        Number("Task MAsync(int x, List<string> y);").ShouldBe(0xdf12a32d766237d8UL);
    }

    [Theory]
    [InlineData("Task MAsync(int x);", "Task<string> MAsync(int renamed, CancellationToken token = default);")]
    [InlineData("Task MAsync(List<string> x);", "Task MAsync(List<string?>? x);")]
    [InlineData("Task MAsync((int A, int B) x);", "Task MAsync((int, int) x);")]
    [InlineData("[Alias(\"m\")] Task MAsync(int x);", "[Alias(\"m\")] Task RenamedAsync(int x, int added = 0);")]
    public void Number_OfCompatibleForms_IsTheSame(string first, string second) => Number(first).ShouldBe(Number(second));

    [Theory]
    [InlineData("Task MAsync(int x);", "Task NAsync(int x);")]
    [InlineData("Task MAsync(int x);", "Task MAsync(long x);")]
    [InlineData("Task MAsync(int x);", "Task MAsync(int[] x);")]
    [InlineData("Task MAsync(List<int> x);", "Task MAsync(List<long> x);")]
    public void Number_OfOtherMethods_IsAnother(string first, string second) => Number(first).ShouldNotBe(Number(second));

    [Fact]
    public void Number_OfRenamedTypesWithAlias_IsTheSame()
    {
        const string First = "namespace N; [Alias(\"thing\")] public interface IThing : IGrain { Task MAsync(A a); } [GenerateSerializer, Alias(\"a\")] public record A;";
        const string Second = "namespace O; [Alias(\"thing\")] public interface IThing : IGrain { Task MAsync(Z z); } [GenerateSerializer, Alias(\"a\")] public record Z;";

        Of(Generated.From(First)).ShouldBe(Of(Generated.From(Second)));
    }

    private static ulong Number(string method) => Of(Generated.From($"namespace N; public interface IThing : IGrain {{ {method} }}"));

    private static ulong Of(Generated generated) =>
        Convert.ToUInt64(Regex().Match(generated.Text("Proxy.IThing")).Groups[1].Value, 16);

    [GeneratedRegex("0x([0-9a-f]{16})UL")]
    private static partial Regex Regex();
}
