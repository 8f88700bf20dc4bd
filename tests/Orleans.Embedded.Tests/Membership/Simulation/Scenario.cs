using FsCheck;
using FsCheck.Fluent;

namespace Orleans.Embedded.Tests.Membership.Simulation;

internal enum FaultKind
{
    Kill,
    KillAndRestart,
    Pause,
    CutLink,
    TableDown,
    Leave,
    WallClockJump,
}

/// <summary>One fault: what, to which silo or link, from when and for how long.</summary>
internal sealed record Fault(FaultKind Kind, int Silo, int Other, TimeSpan At, TimeSpan For)
{
    public TimeSpan End => At + For;

    public override string ToString() => $"{Kind} {Silo}/{Other} at {At.TotalSeconds:0.0} for {For.TotalSeconds:0.0}";
}

/// <summary>A cluster and what happens to it. Times are counted from when all are active.</summary>
internal sealed record Scenario(int Silos, int Seed, double Loss, int[] ClockOffsets, Fault[] Faults)
{
    public static readonly TimeSpan FaultsWithin = TimeSpan.FromSeconds(40);

    public static Gen<Scenario> Any { get; } = Of(
        (2, FaultKind.Kill), (2, FaultKind.KillAndRestart), (4, FaultKind.Pause), (4, FaultKind.CutLink), (2, FaultKind.TableDown),
        (1, FaultKind.Leave), (1, FaultKind.WallClockJump));

    public static Gen<Scenario> Of(params (int Weight, FaultKind Kind)[] kinds) =>
        from silos in Gen.Choose(2, 6)
        from seed in Gen.Choose(0, int.MaxValue)
        from loss in Gen.Elements(0.0, 0.1, 0.4)
        from offsets in Gen.ArrayOf(Gen.Elements(0, 0, -300, 300, 86_400), silos)
        from count in Gen.Choose(1, 6)
        from faults in Gen.ArrayOf(FaultOf(kinds, silos), count)
        select new Scenario(silos, seed, loss, offsets, faults);

    public override string ToString() => $"{Silos} silos, seed {Seed}, loss {Loss}, clocks [{string.Join(' ', ClockOffsets)}]: {string.Join("; ", (object[])Faults)}";

    private static Gen<Fault> FaultOf((int Weight, FaultKind Kind)[] kinds, int silos) =>
        from kind in Gen.Frequency(kinds.Select(kind => (kind.Weight, Gen.Constant(kind.Kind))))
        from silo in Gen.Choose(1, silos)
        from step in Gen.Choose(1, silos - 1)
        from at in Gen.Choose(0, (int)FaultsWithin.TotalMilliseconds)
        from time in kind switch
        {
            // Short of what may kill, or well beyond it: between, both outcomes are right.
            FaultKind.Pause => Gen.OneOf(Gen.Choose(200, 5000), Gen.Choose(200, 5000), Gen.Choose(9_000, 30_000)),
            FaultKind.CutLink => Gen.OneOf(Gen.Choose(200, 5000), Gen.Choose(5000, 40_000)),
            FaultKind.TableDown => Gen.Choose(500, 35_000),
            _ => Gen.Choose(500, 10_000),
        }
        select new Fault(kind, silo, 1 + ((silo - 1 + step) % silos), TimeSpan.FromMilliseconds(at), TimeSpan.FromMilliseconds(time));
}
