using System.CommandLine;

namespace Warren.Daemon;

/// <summary>The one executable of all roles; each role is a process of its own.</summary>
internal static class Program
{
    private static Task<int> Main(string[] arguments)
    {
        var root = new RootCommand("Warren's daemon: one role a process.") { ManagerCommand.Create(), WorkerCommand.Create() };
        return root.Parse(arguments).InvokeAsync();
    }
}
