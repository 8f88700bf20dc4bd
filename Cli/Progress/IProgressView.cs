using Warren.V1;

namespace Warren.Cli.Progress;

/// <summary>Shows how far a service has come.</summary>
internal interface IProgressView : IDisposable
{
    /// <summary>Shows it as it is now.</summary>
    void Show(Service service, IReadOnlyList<V1.Task> tasks);

    /// <summary>Shows the end, for good.</summary>
    void End(string sentence);
}
