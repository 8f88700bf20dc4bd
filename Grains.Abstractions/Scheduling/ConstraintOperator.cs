namespace Warren.Scheduling;

/// <summary>How a constraint compares.</summary>
public enum ConstraintOperator
{
    /// <summary><c>==</c>: the attribute is there and has the value.</summary>
    Equal = 0,

    /// <summary><c>!=</c>: the attribute has another value, or is not there.</summary>
    NotEqual = 1,
}
