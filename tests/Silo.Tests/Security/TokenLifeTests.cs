using Warren.Access;
using Warren.Silo.Api.Access;
using Warren.Silo.Tests.Testing;

namespace Warren.Silo.Tests.Security;

public sealed class TokenLifeTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Dispose_WhileACheckIsUnderWay_DoesNotWaitForIt()
    {
        var time = new MovedTime();
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var answer = new TaskCompletionSource<ApiTokenAnswer>();
        var life = new TokenLife(
            () =>
            {
                asked.SetResult();
                return answer.Task;
            },
            time);
        time.Advance(TimeSpan.FromSeconds(2));
        await asked.Task.WaitAsync(s_limit);

        await life.DisposeAsync().AsTask().WaitAsync(s_limit);
    }

    [Fact]
    public async Task Check_BrokenOff_IsMadeAgain()
    {
        var checks = 0;
        await using var life = new TokenLife(
            () => ++checks == 1 ? Task.FromCanceled<ApiTokenAnswer>(new(canceled: true)) : Task.FromResult(new ApiTokenAnswer { Refusal = "it was revoked" }), TimeProvider.System);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var link = life.Ended.Register(ended.SetResult);

        await ended.Task.WaitAsync(s_limit);

        (life.Reason, checks).ShouldBe(("it was revoked", 2));
    }
}
