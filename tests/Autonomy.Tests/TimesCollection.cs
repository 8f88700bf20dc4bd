namespace Warren.Autonomy.Tests;

/// <summary>Tests of how long something takes, while no others run.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class TimesCollection : ICollectionFixture<ClusterFixture>
{
    public const string Name = "times";
}
