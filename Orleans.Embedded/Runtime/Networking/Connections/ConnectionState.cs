namespace Orleans.Runtime.Networking;

/// <summary>
/// How far a connection is on its way to a graceful end. Each side says goodbye, which ends its calls; once it has answered and has been
/// answered it says that it is finished; when both have, nothing is lost by closing. Pure; the connection's gate guards it.
/// </summary>
internal struct ConnectionState
{
    public bool GoodbyeSent { get; private set; }

    public bool GoodbyeReceived { get; private set; }

    public bool FinishedSent { get; private set; }

    public bool FinishedReceived { get; private set; }

    public bool IsClosed { get; private set; }

    /// <summary>Whether calls may be made.</summary>
    public readonly bool AcceptsCalls => !GoodbyeSent && !GoodbyeReceived && !IsClosed;

    /// <summary>Whether anything may be sent.</summary>
    public readonly bool AcceptsFrames => !FinishedSent && !IsClosed;

    public readonly bool IsDraining => GoodbyeSent || GoodbyeReceived;

    /// <returns>Whether the goodbye is to be sent now.</returns>
    public bool SayGoodbye()
    {
        if (GoodbyeSent || IsClosed) return false;
        return GoodbyeSent = true;
    }

    public void HearGoodbye() => GoodbyeReceived = true;

    public void HearFinished()
    {
        GoodbyeReceived = true;
        FinishedReceived = true;
    }

    /// <param name="pendingCalls">Calls of this side that have no answer yet.</param>
    /// <param name="unanswered">Calls of the other side that have no answer yet.</param>
    /// <returns>Whether this side's end is to be announced now.</returns>
    public bool SayFinished(int pendingCalls, int unanswered)
    {
        if (FinishedSent || IsClosed || !GoodbyeSent || !GoodbyeReceived || pendingCalls > 0 || unanswered > 0) return false;
        return FinishedSent = true;
    }

    /// <param name="written">Whether everything that was to be sent has been written.</param>
    public readonly bool MayClose(bool written) => FinishedSent && FinishedReceived && written && !IsClosed;

    /// <returns>False when it was closed before.</returns>
    public bool Close()
    {
        if (IsClosed) return false;
        return IsClosed = true;
    }
}
