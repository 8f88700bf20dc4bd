namespace Warren.Trust.Tests;

/// <summary>The test tries a row of the table of attacks.</summary>
/// <param name="row">The row.</param>
/// <param name="with">Of a theory: the first argument with which it does; null: with any.</param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
internal sealed class AttackAttribute(AttackRow row, object? with = null) : Attribute
{
    /// <summary>The row.</summary>
    public AttackRow Row => row;

    /// <summary>The first argument.</summary>
    public object? With => with;
}
