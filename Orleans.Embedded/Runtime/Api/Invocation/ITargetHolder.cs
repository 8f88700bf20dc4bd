namespace Orleans.Serialization.Invocation;

/// <summary>Something that has the object on which a call is to run.</summary>
public interface ITargetHolder
{
    object? GetTarget();
}
