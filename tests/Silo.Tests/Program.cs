using Warren.Silo.Tests.Stores;

namespace Warren.Silo.Tests;

/// <summary>The entry point of child processes, which tests kill or stop; the tests themselves are run by the test host.</summary>
internal static class Program
{
    public static Task<int> Main(string[] arguments) => WriterProcess.RunAsync(arguments);
}
