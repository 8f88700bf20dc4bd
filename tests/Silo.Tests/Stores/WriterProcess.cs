using Microsoft.Extensions.Logging.Abstractions;
using Warren.Silo.Stores;
using Warren.TestSupport.Processes;

namespace Warren.Silo.Tests.Stores;

/// <summary>
/// A process that counts up in a few states without end and says "ack KEY COUNT" after each acknowledged write. When it is fenced
/// it says "fenced KEY COUNT" with the last count that was acknowledged, and ends.
/// </summary>
internal static class WriterProcess
{
    private const int Writers = 8;

    public static ChildProcess Start(StoreKind kind, string database, SiloAddress? fencedSilo, Action<string>? onLine = null) =>
        ChildProcess.Start(
            "writer",
            "dotnet",
            [typeof(WriterProcess).Assembly.Location, kind.ToString(), database, fencedSilo?.ToParsableString() ?? ""],
            onLine: onLine);

    public static string Key(int writer) => "key-" + writer;

    public static IEnumerable<string> Keys => Enumerable.Range(0, Writers).Select(Key);

    public static async Task<int> RunAsync(string[] arguments)
    {
        var options = new StoreOptions();
        if (arguments[0] == nameof(StoreKind.Sqlite)) options.UseSqlite(arguments[1]);
        else options.UsePostgres(arguments[1]);
        var scope = new StoreScope("service", "one", arguments[2].Length == 0 ? null : () => arguments[2]);
        await using var store = new WarrenStore(StoreEngine.Create(options), options, scope, TimeProvider.System, NullLogger.Instance);
        var work = Task.WhenAll(Keys.Select(key => WriteAsync(store, key)));
        // The parent holds the other end of the standard input; without it there is nobody to write for.
        await Task.WhenAny(work, Console.OpenStandardInput().CopyToAsync(Stream.Null));
        return work.IsCompletedSuccessfully ? 3 : 1;
    }

    private static async Task WriteAsync(WarrenStore store, string key)
    {
        await Task.Yield();
        var state = await store.ReadAsync(key);
        for (var count = state.State!.Count + 1; ; count++)
        {
            try
            {
                await store.WriteAsync(key, state, count);
            }
            catch (StoreFencedException)
            {
                Console.WriteLine($"fenced {key} {count - 1}");
                return;
            }

            Console.WriteLine($"ack {key} {count}");
        }
    }
}
