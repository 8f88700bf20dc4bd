using Warren.Agent.Images;

namespace Warren.Agent.Tests.Images;

public sealed class ImageOptionsValidatorTests
{
    [Fact]
    public void FindProblems_Defaults_HaveNone() => ImageOptionsValidator.FindProblems(new ImageOptions()).ShouldBeEmpty();

    [Fact]
    public void FindProblems_SeveralWrong_NamesEachWithItsValue()
    {
        var problems = ImageOptionsValidator.FindProblems(new ImageOptions
        {
            RegistriesFile = "registries.json",
            MaxParallelDownloads = 0,
            StallTimeout = TimeSpan.Zero,
            FirstPause = TimeSpan.FromMinutes(1),
        });
        problems.ShouldBe(
        [
            "--registries-file: must be an absolute path, was 'registries.json'",
            "ImageOptions.StallTimeout: must be more than zero and at most 30 days, was 00:00:00",
            "ImageOptions.MaxPause: must not be below FirstPause (00:01:00), was 00:00:20",
            "ImageOptions.MaxParallelDownloads: must be from 1 to 64, was 0",
        ]);
    }
}
