using Microsoft.Extensions.Logging.Abstractions;
using Warren.Hosting.Identities;
using Warren.Silo.Clusters;
using Warren.TestSupport;

namespace Warren.Silo.Tests.Clusters;

public sealed class FirstTokensTests : IDisposable
{
    private readonly TempFolder _data = TempFolder.Create("tokens");
    private readonly IdentityFolder _folder;

    public FirstTokensTests()
    {
        _folder = new(_data.Path);
        _folder.Write("join-tokens", "worker warren1.x\n");
    }

    private string File => _folder.PathOf("join-tokens");

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task Forget_Expired_DeletesThemAtOnce()
    {
        System.IO.File.SetLastWriteTimeUtc(File, TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(-24));
        await ForgetAsync(CancellationToken.None);
        System.IO.File.Exists(File).ShouldBeFalse();
    }

    [Fact]
    public async Task Forget_StillGood_LeavesThemWhenTheManagerStops()
    {
        System.IO.File.SetLastWriteTimeUtc(File, TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(-23));
        using var stopping = new CancellationTokenSource();
        var forgetting = ForgetAsync(stopping.Token);
        forgetting.IsCompleted.ShouldBeFalse();
        await stopping.CancelAsync();
        await forgetting;
        System.IO.File.Exists(File).ShouldBeTrue();
    }

    private Task ForgetAsync(CancellationToken stopping) => FirstTokens.ForgetAsync(_folder, TimeProvider.System, NullLogger<FirstTokens>.Instance, stopping);
}
