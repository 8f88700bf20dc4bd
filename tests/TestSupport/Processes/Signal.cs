namespace Warren.TestSupport.Processes;

/// <summary>Signals of Linux, by number.</summary>
public enum Signal
{
    /// <summary>SIGHUP: the terminal has gone.</summary>
    HangUp = 1,

    /// <summary>SIGINT.</summary>
    Interrupt = 2,

    /// <summary>SIGQUIT.</summary>
    Quit = 3,

    /// <summary>SIGKILL: ends the process without its knowledge, as a power cut would.</summary>
    Kill = 9,

    /// <summary>SIGTERM: asks it to end.</summary>
    Terminate = 15,

    /// <summary>SIGCONT: lets it go on.</summary>
    Continue = 18,

    /// <summary>SIGSTOP: freezes it, without its knowledge.</summary>
    Stop = 19,
}
