using Warren.V1;

namespace Warren.Cli.Progress;

/// <summary>Shows nothing.</summary>
internal sealed class SilentView : IProgressView
{
    public void Show(Service service, IReadOnlyList<V1.Task> tasks)
    {
    }

    public void End(string sentence)
    {
    }

    public void Dispose()
    {
    }
}
