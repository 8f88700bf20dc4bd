namespace Warren.Agent.Runtime;

/// <summary>
/// A process that was started in a running container. Disposing ends it if it still runs, and frees what it holds on the node. It does not
/// outlive the agent: what an agent that was killed leaves behind is removed by the next one.
/// </summary>
public interface IExecSession : IAsyncDisposable
{
    /// <summary>Where its input is written; disposing closes it, which the process sees as the end of its input. Null without input.</summary>
    Stream? Stdin { get; }

    /// <summary>Its output, to the end; with a terminal its errors too.</summary>
    Stream Stdout { get; }

    /// <summary>Its errors, to the end; empty with a terminal.</summary>
    Stream Stderr { get; }

    /// <summary>Its exit code, when it has ended; 128 + n when signal n ended it.</summary>
    Task<int> Completion { get; }

    /// <summary>Changes the size of its terminal; without one it does nothing.</summary>
    Task ResizeAsync(TerminalSize size, CancellationToken cancellationToken);

    /// <summary>Sends it a signal; when it has ended, does nothing.</summary>
    Task SignalAsync(int signal, CancellationToken cancellationToken);
}
