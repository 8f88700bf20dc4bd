namespace Orleans.Serialization.Invocation;

/// <summary>A response that holds its result without boxing.</summary>
internal sealed class Response<TResult>(TResult? result) : Response
{
    public TResult? TypedResult { get; private set; } = result;

    public override Exception? Exception { get; set; }

    public override object? Result
    {
        get => TypedResult is NoResult ? null : TypedResult;
        set => TypedResult = (TResult?)value;
    }
}
