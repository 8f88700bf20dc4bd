using System.Collections.Immutable;

namespace Orleans.Embedded.Tests.Serialization.Samples;

[GenerateSerializer]
[Alias("test.Colour")]
public enum Colour : byte
{
    Red = 1,
    Green = 2,
}

/// <summary>Immutable by structure: sealed, positional, of values.</summary>
[GenerateSerializer]
public sealed record Point(int X, int Y);

[GenerateSerializer]
public sealed record Shape(string Name, ImmutableArray<Point> Corners, Colour Colour = Colour.Green)
{
    [Id(0)]
    public double? Area { get; init; }

    [Id(1)]
    public ImmutableDictionary<string, string> Labels { get; init; } = ImmutableDictionary<string, string>.Empty;
}

[GenerateSerializer]
public readonly record struct Amount(decimal Value, string Unit);

[GenerateSerializer]
public struct Box
{
    [Id(0)]
    public List<int>? Items;

    [Id(1)]
    public int Count { get; private set; }

    public static Box Of(params int[] items) => new() { Items = [.. items], Count = items.Length };
}

/// <summary>Every way in which a member can be declared.</summary>
[GenerateSerializer]
public class Order
{
    [Id(0)]
    private readonly string _secret;

    [Id(1)]
    public int Quantity;

    public Order(string secret, Guid id)
    {
        _secret = secret;
        Id = id;
    }

    [Id(2)]
    public Guid Id { get; }

    [Id(3)]
    public List<Point> Points { get; init; } = [];

    [Id(4)]
    public Order? Previous { get; set; }

    [Id(5)]
    internal string? Note { get; private protected set; }

    public string Secret => _secret;

    public Order WithNote(string note)
    {
        Note = note;
        return this;
    }
}

[GenerateSerializer]
public abstract class Animal
{
    [Id(0)]
    public required string Name { get; set; }
}

[GenerateSerializer]
public class Dog : Animal
{
    [Id(0)]
    public int Age { get; set; }
}

[GenerateSerializer]
public sealed class Puppy : Dog
{
    [Id(0)]
    public Dog? Mother { get; set; }
}

[GenerateSerializer]
public record Letter(string Text);

[GenerateSerializer]
public sealed record Reply(string Text, string To) : Letter(Text);

[GenerateSerializer]
public sealed record Pair<TFirst, TSecond>(TFirst First, TSecond Second);

[GenerateSerializer]
internal sealed class Holder
{
    [Id(0)]
    public object? Anything { get; set; }

    [Id(1)]
    public Animal? Animal { get; set; }

    [Id(2)]
    public IReadOnlyList<Letter>? Messages { get; set; }
}

[GenerateSerializer]
public sealed class QuotaException : OrleansException
{
    public QuotaException(string resource, int limit)
        : base($"The quota of {resource} is {limit}.")
    {
        Resource = resource;
        Limit = limit;
    }

    [Id(0)]
    public string Resource { get; }

    [Id(1)]
    public int Limit { get; }
}

public interface ISampleObserver : IGrainObserver
{
    Task OnChangedAsync(string what);

    void Poke();
}

[Alias("test.ISample")]
public interface ISampleGrain : IGrainWithStringKey
{
    Task DoAsync();

    Task<int> AddAsync(int left, int right = 5);

    ValueTask<Shape?> FindAsync(string name, List<int> path, CancellationToken cancellationToken);

    ValueTask TouchAsync();

    [Concurrency.OneWay]
    Task ForgetAsync(Order order);

    [Concurrency.ReadOnly]
    [Concurrency.AlwaysInterleave]
    [ResponseTimeout("00:00:05")]
    Task<ImmutableArray<Point>> PointsAsync(Point point, ISampleObserver observer);

    IAsyncEnumerable<int> CountAsync(int to, CancellationToken cancellationToken = default);
}

internal interface IDerivedSampleGrain : ISampleGrain
{
    [Alias("extra")]
    Task ExtraAsync(Point @event, object? anything);
}
