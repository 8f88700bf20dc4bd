using Proto = Warren.V1;

namespace Warren.Silo.Api.Endpoints;

/// <summary>The version that a write expects.</summary>
internal static class Expectation
{
    // How often a write that expects nothing is tried again when others write at the same time.
    private const int MaxTries = 8;

    /// <summary>The version; null: whichever it is.</summary>
    public static long? Of(Proto.WriteOptions? options) => options is { HasExpectedVersion: true } ? options.ExpectedVersion : null;

    /// <summary>Refuses a creation that expects a version.</summary>
    /// <exception cref="ValidationException">It does.</exception>
    public static void CheckNone(Proto.WriteOptions? options)
    {
        if (Of(options) is { } version and not 0)
            throw new ValidationException("the request", [new("options.expectedVersion", $"must be left out or 0 when something is made, was {version}")]);
    }

    /// <summary>
    /// Changes something by what it is now. If the caller expects a version, that one alone is changed; otherwise it is looked at again when others have
    /// changed it meanwhile.
    /// </summary>
    /// <param name="options">May expect a version.</param>
    /// <param name="read">Looks at it, and throws if it is not there.</param>
    /// <param name="versionOf">Its version.</param>
    /// <param name="write">Changes it, if it is still at the version.</param>
    public static async Task<TResult> ChangeAsync<T, TResult>(
        Proto.WriteOptions? options, Func<Task<T>> read, Func<T, long> versionOf, Func<T, long, Task<TResult>> write)
    {
        for (var tries = 1; ; tries++)
        {
            var now = await read();
            try
            {
                return await write(now, Of(options) ?? versionOf(now));
            }
            catch (ConflictException conflict) when (conflict.IsVersion && Of(options) is null && tries < MaxTries)
            {
            }
        }
    }
}
