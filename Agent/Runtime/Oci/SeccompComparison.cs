namespace Warren.Agent.Runtime.Oci;

/// <summary>How an argument of a system call is compared.</summary>
internal enum SeccompComparison
{
    /// <summary>Less than the value.</summary>
    Less,

    /// <summary>The value.</summary>
    Equal,

    /// <summary>Greater than the value.</summary>
    Greater,

    /// <summary>None of the value's bits is set.</summary>
    MaskedEqual,
}
