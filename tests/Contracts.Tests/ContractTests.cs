using System.Reflection;
using System.Runtime.CompilerServices;
using Warren.Services;

namespace Warren.Contracts.Tests;

public sealed class ContractTests
{
    private static readonly Assembly s_contracts = typeof(ServiceSpec).Assembly;

    /// <summary>
    /// A change of a contract is seen and meant. Numbers and aliases are never given again; a release reads a new form before one writes it.
    /// </summary>
    [Fact]
    public void Contracts_Now_AreTheApprovedOnes()
    {
        var approved = File.ReadAllLines(PathOf("Approved/contracts.txt"));
        var actual = ContractText.Of(s_contracts).ToArray();
        if (actual.SequenceEqual(approved)) return;
        var received = PathOf("Approved/contracts.received.txt");
        File.WriteAllLines(received, actual);
        var changes = actual.Except(approved).Select(line => "+ " + line).Concat(approved.Except(actual).Select(line => "- " + line)).Take(20);
        Assert.Fail(
            $"The contracts changed; if that is meant, put {received} in the place of contracts.txt:\n{string.Join('\n', changes)}");
    }

    [Fact]
    public void Contracts_ThatTravel_HaveAnAliasAndAreUnchanging()
    {
        var types = s_contracts.GetTypes().Where(type => type.IsDefined(typeof(GenerateSerializerAttribute)) && !type.IsEnum).ToArray();
        types.Length.ShouldBeGreaterThan(40);
        foreach (var type in types)
        {
            type.GetCustomAttribute<AliasAttribute>().ShouldNotBeNull($"{type} has no [Alias]").Alias.ShouldStartWith("warren.");
            type.IsDefined(typeof(ImmutableAttribute)).ShouldBeTrue($"{type} is not marked [Immutable]");
            type.IsSealed.ShouldBeTrue($"{type} is not sealed");
        }

        types.GroupBy(type => type.GetCustomAttribute<AliasAttribute>()!.Alias).Where(group => group.Count() > 1).Select(group => group.Key).ShouldBeEmpty();
    }

    [Fact]
    public void ContractText_OfASample_ShowsNamesAndNumbers() =>
        ContractText.Of(typeof(ContractTests).Assembly).ShouldBe(
        [
            "grain contract-sample-grain Warren.Contracts.Tests.IContractSampleGrain : IAddressable, IGrain, IGrainWithStringKey",
            "  AskAsync(ContractSample, CancellationToken): Task<String>".Replace("ContractSample", "Warren.Contracts.Tests.ContractSample", StringComparison.Ordinal),
            "",
            "type contract-sample Warren.Contracts.Tests.ContractSample",
            "  parameter 0 First Int32",
            "  4 Second ImmutableArray<String>",
            "",
        ]);

    private static string PathOf(string file, [CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, file);
}
