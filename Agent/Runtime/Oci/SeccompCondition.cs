namespace Warren.Agent.Runtime.Oci;

/// <summary>What must hold of one argument of a system call.</summary>
/// <param name="Index">Which argument, from 0.</param>
/// <param name="Comparison">How it is compared.</param>
/// <param name="Value">With what; for <see cref="SeccompComparison.MaskedEqual"/> the bits that must all be zero.</param>
internal sealed record SeccompCondition(uint Index, SeccompComparison Comparison, ulong Value);
