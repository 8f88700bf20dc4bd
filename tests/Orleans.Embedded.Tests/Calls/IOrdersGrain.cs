using System.Runtime.CompilerServices;

namespace Orleans.Embedded.Tests.Calls;

/// <summary>A grain with results, a stream and filters of its own.</summary>
internal interface IOrdersGrain : IGrainWithStringKey
{
    Task<int> SumAsync(int one, int other);

    Task<string> FailAsync(string message);

    /// <summary>A value of the request context before and after the grain sets it.</summary>
    Task<string?> SwapContextAsync(string key, string value);

    /// <summary>Numbers from 0 until the gate says stop. The test follows it by <see cref="StreamGate"/>.</summary>
    IAsyncEnumerable<int> StreamAsync(string gate, CancellationToken cancellationToken = default);
}

internal sealed class OrdersGrain : Grain, IOrdersGrain, IIncomingGrainCallFilter
{
    public Task<int> SumAsync(int one, int other) => Task.FromResult(one + other);

    public Task<string> FailAsync(string message) => throw new InvalidOperationException(message);

    public Task<string?> SwapContextAsync(string key, string value)
    {
        var before = RequestContext.Get(key) as string;
        RequestContext.Set(key, value);
        return Task.FromResult(before);
    }

    public async IAsyncEnumerable<int> StreamAsync(string gate, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var stream = StreamGate.Of(gate);
        try
        {
            for (var i = 0; ; i++)
            {
                if (await stream.NextAsync(i, cancellationToken) is false) yield break;
                yield return i;
            }
        }
        finally
        {
            stream.Ended.TrySetResult(cancellationToken.IsCancellationRequested);
        }
    }

    /// <summary>The grain's own filter comes last.</summary>
    public Task Invoke(IIncomingGrainCallContext context)
    {
        (RequestContext.Get(FilterTests.Trail) as FilterTests.Steps)?.Add("grain");
        return context.Invoke();
    }
}
