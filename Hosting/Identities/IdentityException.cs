namespace Warren.Hosting.Identities;

/// <summary>The files of a process's identity cannot be used. The message lists every problem.</summary>
public sealed class IdentityException(IReadOnlyList<string> problems)
    : Exception("the process cannot prove its identity: " + string.Join("; ", problems))
{
    /// <summary>Each names the file, the rule, and the next step.</summary>
    public IReadOnlyList<string> Problems { get; } = problems;
}
