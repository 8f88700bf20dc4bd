namespace Orleans.Runtime;

/// <summary>The grains that wait for one another up to a call, as an immutable list from the innermost outwards.</summary>
internal sealed class CallChain(GrainId grain, string method, uint mark, CallChain? outer)
{
    /// <summary>Grains in the chain at most; a call beyond is refused, since it is surely a recursion without end.</summary>
    public const int MaxLength = 64;

    public GrainId Grain { get; } = grain;

    /// <summary>The method of <see cref="Grain"/> that made the next call.</summary>
    public string Method { get; } = method;

    /// <summary>Tells the call of <see cref="Method"/> from other calls of it that the grain runs, now or later.</summary>
    public uint Mark { get; } = mark;

    public CallChain? Outer { get; } = outer;

    public int Length { get; } = (outer?.Length ?? 0) + 1;

    public bool Contains(GrainId grain)
    {
        for (var link = this; link is not null; link = link.Outer)
        {
            if (link.Grain.Equals(grain)) return true;
        }

        return false;
    }

    /// <summary>The chain in words, outermost first.</summary>
    public override string ToString() => Outer is null ? $"{Grain} ({Method})" : $"{Outer} -> {Grain} ({Method})";
}
