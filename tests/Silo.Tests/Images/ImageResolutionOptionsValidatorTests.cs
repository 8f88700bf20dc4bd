using Warren.Silo.Images;

namespace Warren.Silo.Tests.Images;

public sealed class ImageResolutionOptionsValidatorTests
{
    [Fact]
    public void FindProblems_Defaults_HaveNone() => ImageResolutionOptionsValidator.FindProblems(new()).ShouldBeEmpty();

    [Fact]
    public void FindProblems_SeveralWrong_NamesEachWithItsValue() => ImageResolutionOptionsValidator.FindProblems(new()
    {
        WaitLimit = TimeSpan.FromMinutes(2),
        CredentialsFile = "config.json",
        MaxLookups = 0,
    }).ShouldBe(
    [
        "--image-wait: must be from 0 to 00:01:00, was 00:02:00",
        "--registry-credentials-file: must be an absolute path, was 'config.json'",
        "ImageResolutionOptions.MaxLookups: must be from 1 to 1024, was 0",
    ]);
}
