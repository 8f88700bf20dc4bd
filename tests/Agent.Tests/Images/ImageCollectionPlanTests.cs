using System.Collections.Immutable;
using Warren.Agent.Images;
using Warren.Images;
using Warren.Images.Formats;

namespace Warren.Agent.Tests.Images;

public sealed class ImageCollectionPlanTests
{
    private static readonly DateTimeOffset s_now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly ImageCollectionPolicy s_policy = new() { HighPercent = 85, LowPercent = 80, MinAge = TimeSpan.FromMinutes(2) };

    [Fact]
    public void Compute_BelowTheHighMark_KeepsAll()
    {
        var plan = Compute(84, [], Use("a", days: 9));
        plan.Remove.ShouldBeEmpty();
        plan.Kept["docker.io/library/a:latest"].ShouldBe(KeepReason.BelowHighMark);
    }

    [Fact]
    public void Compute_AtTheHighMark_RemovesTheLongestUnusedFirst() =>
        Compute(85, [], Use("b", days: 1), Use("a", days: 3), Use("c", days: 2)).Remove
            .ShouldBe(["docker.io/library/a:latest", "docker.io/library/c:latest", "docker.io/library/b:latest"]);

    [Fact]
    public void Compute_AnyOrderOfTheImages_GivesTheSamePlan()
    {
        ImageUse[] uses = [Use("a", days: 1), Use("b", days: 1), Use("c", days: 5)];
        Compute(99, [], uses).Remove.ShouldBe(Compute(99, [], [.. uses.Reverse()]).Remove);
    }

    [Fact]
    public void Compute_InUse_IsKeptHoweverOld()
    {
        var plan = Compute(100, [], Use("a", days: 900, "web.1"), Use("b", days: 1));
        plan.Remove.ShouldBe(["docker.io/library/b:latest"]);
        plan.Kept["docker.io/library/a:latest"].ShouldBe(KeepReason.InUse);
    }

    [Fact]
    public void Compute_OtherNameOfAnImageInUse_IsKeptToo()
    {
        var plan = Compute(100, [], Use("a", days: 900, "web.1"), Use("b", days: 900, image: "a"));
        plan.Remove.ShouldBeEmpty();
        plan.Kept["docker.io/library/b:latest"].ShouldBe(KeepReason.InUse);
    }

    [Theory]
    [InlineData("a")]
    [InlineData("a:latest")]
    [InlineData("docker.io/library/a:latest")]
    [InlineData("else.example/a@DIGEST")]
    [InlineData("DIGEST")]
    public void Compute_NamedToBeKept_IsKept(string name)
    {
        var plan = Compute(100, [name.Replace("DIGEST", DigestOf("a"), StringComparison.Ordinal)], Use("a", days: 9), Use("b", days: 9));
        plan.Remove.ShouldBe(["docker.io/library/b:latest"]);
        plan.Kept["docker.io/library/a:latest"].ShouldBe(KeepReason.Wanted);
    }

    [Fact]
    public void Compute_NamesThatAreNone_KeepNothing() => Compute(100, ["", "???"], Use("a", days: 9)).Remove.Length.ShouldBe(1);

    [Fact]
    public void Compute_YoungerThanTheMinimum_IsKept()
    {
        var young = Use("a", days: 0) with { LastUsed = s_now - TimeSpan.FromSeconds(119) };
        var old = Use("b", days: 0) with { LastUsed = s_now - TimeSpan.FromSeconds(121) };
        var plan = Compute(100, [], young, old);
        plan.Remove.ShouldBe(["docker.io/library/b:latest"]);
        plan.Kept["docker.io/library/a:latest"].ShouldBe(KeepReason.TooYoung);
    }

    [Fact]
    public void Compute_EachName_IsInOneBucketOnly()
    {
        var random = new Random(7);
        for (var round = 0; round < 200; round++)
        {
            ImageUse[] uses =
            [
                .. Enumerable.Range(0, random.Next(1, 20)).Select(i =>
                    Use($"n{i}", random.Next(0, 4), random.Next(3) == 0 ? "c" : null, $"i{random.Next(8)}")),
            ];
            var plan = Compute(random.Next(70, 101), [$"n{random.Next(20)}"], uses);
            plan.Remove.Concat(plan.Kept.Keys).Order().ShouldBe(uses.Select(use => use.Image.Name).Order());
            plan.Remove.ShouldAllBe(name => uses.Single(use => use.Image.Name == name).Containers.IsEmpty);
        }
    }

    private static ImageCollectionPlan Compute(int percent, string[] keep, params ImageUse[] uses) =>
        ImageCollectionPlan.Compute(new([.. uses], keep.ToImmutableHashSet(), s_policy, percent, s_now));

    private static ImageUse Use(string name, int days, string? container = null, string? image = null) => new(
        new Image
        {
            Name = $"docker.io/library/{name}:latest",
            Digest = DigestOf(image ?? name),
            ManifestDigest = DigestOf(image ?? name),
            ChainId = DigestOf("chain"),
            Config = new ImageConfig(),
            Size = 1,
            Platforms = ["linux/amd64"],
        },
        s_now - TimeSpan.FromDays(days),
        container is null ? [] : [container]);

    private static string DigestOf(string text) => Digests.Of(System.Text.Encoding.UTF8.GetBytes(text));
}
