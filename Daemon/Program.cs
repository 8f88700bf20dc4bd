using System.CommandLine;

namespace Warren.Daemon;

/// <summary>The one executable of all roles; each role is a process of its own.</summary>
internal static class Program
{
    private static Task<int> Main(string[] arguments)
    {
        var root = new RootCommand("Warren's daemon: one role a process.");

        // What only the other role needs stays out of this one's memory: its libraries, and in them the engine's types.
        if (arguments is ["manager" or "worker", ..]) AppContext.SetSwitch("Orleans.Metadata.FollowEntryAssembly", false);
        if (arguments is not ["worker", ..]) root.Add(ManagerCommand.Create());
        if (arguments is not ["manager", ..]) root.Add(WorkerCommand.Create());
        return root.Parse(arguments).InvokeAsync();
    }
}
