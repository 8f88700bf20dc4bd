namespace Warren.Silo.Tests;

/// <summary>The entry point of child processes; the tests themselves are run by the test host.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] arguments)
    {
        await Task.CompletedTask;
        return arguments.Length;
    }
}
