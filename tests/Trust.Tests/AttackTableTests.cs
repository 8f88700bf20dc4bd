using System.Reflection;

namespace Warren.Trust.Tests;

/// <summary>The table of attacks is whole.</summary>
public sealed class AttackTableTests
{
    public static TheoryData<string> Rows => [.. Enum.GetNames<AttackRow>()];

    [Theory]
    [MemberData(nameof(Rows))]
    public void Row_HasATestThatRuns(string row)
    {
        var tests = typeof(AttackTableTests).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(BindingFlags.Instance | BindingFlags.Public))
            .SelectMany(method => method.GetCustomAttributes<AttackAttribute>().Where(attack => attack.Row.ToString() == row).Select(attack => (method, attack.With)));
        tests.Where(test => Runs(test.method, test.With)).ShouldNotBeEmpty($"no test tries {row}");
    }

    private static bool Runs(MethodInfo method, object? with) =>
        method.GetCustomAttribute<FactAttribute>() is { Skip: null } && !method.GetCustomAttributes<TraitAttribute>().Any()
        && (with is null || method.GetCustomAttributes<InlineDataAttribute>().Any(data => with.Equals(data.GetData(method).Single()[0])));
}
