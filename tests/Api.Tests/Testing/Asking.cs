using Warren.ControlPlane.Tests.Testing;

namespace Warren.Api.Tests.Testing;

/// <summary>Asks again, of what may answer otherwise for a moment.</summary>
internal static class Asking
{
    /// <summary>The first answer that is as wanted; if none comes, the last one, for the test to say what is wrong with it.</summary>
    public static async Task<T> UntilAsync<T>(Func<Task<T>> ask, Func<T, bool> isSo)
    {
        var begin = TimeProvider.System.GetTimestamp();
        var answer = await ask();
        while (!isSo(answer) && TimeProvider.System.GetElapsedTime(begin) < Limit.Long)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
            answer = await ask();
        }

        return answer;
    }
}
