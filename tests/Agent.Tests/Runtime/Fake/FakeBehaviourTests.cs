using System.Collections.Immutable;
using Warren.Agent.Runtime.Fake;
using Warren.Containers;

namespace Warren.Agent.Tests.Runtime.Fake;

/// <summary>The words by which containers of the fake are told how to behave.</summary>
public sealed class FakeBehaviourTests
{
    [Fact]
    public void Of_TagWithWords_ReadsThem() => FakeBehaviour.Of(new ContainerSpec { Image = "example.test/web:fake.after-5s.exit-3.delay-200ms.oom.stubborn" })
        .Behaviour.ShouldBe(new FakeBehaviour
        {
            EndsAfter = TimeSpan.FromSeconds(5),
            ExitCode = 3,
            StartDelay = TimeSpan.FromMilliseconds(200),
            OutOfMemory = true,
            IsStubborn = true,
        });

    [Theory]
    [InlineData("example.test/web:1.2.3")]
    [InlineData("web")]
    [InlineData("localhost:5000/web")]
    public void Of_OtherImage_RunsUntilAsked(string image) => FakeBehaviour.Of(new ContainerSpec { Image = image }).Behaviour.ShouldBe(new FakeBehaviour());

    [Fact]
    public void Of_Variable_WinsOverTheTag()
    {
        var spec = new ContainerSpec { Image = "web:fake.oom", Env = ImmutableSortedDictionary<string, string>.Empty.Add("WARREN_FAKE", "exit-1") };
        FakeBehaviour.Of(spec).Behaviour.ShouldBe(new FakeBehaviour { ExitCode = 1 });
    }

    [Theory]
    [InlineData("explode")]
    [InlineData("exit-256")]
    [InlineData("after-5")]
    [InlineData("after-s")]
    [InlineData("missing")]
    public void Parse_UnknownWord_IsNamed(string word)
    {
        var (behaviour, problem) = FakeBehaviour.Parse("oom." + word);
        behaviour.ShouldBeNull();
        problem.ShouldStartWith($"the fake runtime does not know '{word}'; it knows ");
    }
}
