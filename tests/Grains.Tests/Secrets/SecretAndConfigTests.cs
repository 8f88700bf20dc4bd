using System.Text;
using Warren.Configs;
using Warren.Grains.Tests.Testing;
using Warren.Secrets;

namespace Warren.Grains.Tests.Secrets;

public sealed class SecretAndConfigTests
{
    private static readonly SecretSpec s_secret = new() { Name = new("db-password"), Value = Encoding.UTF8.GetBytes("hunter2") };

    [Fact]
    public void ToString_Secret_ShowsNoValue() => s_secret.ToString().ShouldBe("SecretSpec { Name = db-password, Value = *** }");

    [Fact]
    public void Validate_Ordinary_HasNoProblem()
    {
        SecretSpecValidator.Validate(s_secret).ShouldBeEmpty();
        ConfigSpecValidator.Validate(new() { Name = new("empty.conf"), Content = default }).ShouldBeEmpty();
    }

    [Fact]
    public void Validate_SecretWithFaults_TellsAll() =>
        SecretSpecValidator.Validate(new() { Name = default, Value = default, Labels = A.Map(("warren.x", "")) }).Select(problem => problem.ToString()).ShouldBe(
        [
            "name: must be given: 1 to 63 of a-z, 0-9, '-', '_' and '.', beginning with a letter or digit",
            "labels[warren.x]: must not begin with warren., which is for Warren's own",
            "value: must be 1 to 1048576 bytes, was 0",
        ]);

    [Fact]
    public void Validate_SecretOfTheLimitAndAboveIt_IsTakenAndRefused()
    {
        SecretSpecValidator.Validate(s_secret with { Value = new byte[1024 * 1024] }).ShouldBeEmpty();
        SecretSpecValidator.Validate(s_secret with { Value = new byte[1024 * 1024 + 1] }).Select(problem => problem.ToString())
            .ShouldBe(["value: must be 1 to 1048576 bytes, was 1048577"]);
    }

    [Fact]
    public void Validate_ConfigTooLarge_SaysTheLimit() =>
        ConfigSpecValidator.Validate(new() { Name = new("big"), Content = new byte[ConfigSpec.MaxSize + 1] }).Select(problem => problem.ToString())
            .ShouldBe(["content: must be at most 1048576 bytes, was 1048577"]);
}
