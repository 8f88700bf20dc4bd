namespace Warren.Agent.Network.Rules;

/// <summary>What a program left.</summary>
internal sealed record ProgramResult(int ExitCode, string Output, string Errors);
