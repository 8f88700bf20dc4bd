namespace Warren.Benchmarks.Scale;

/// <summary>How large the cluster is.</summary>
/// <param name="Name">What its figures are called.</param>
/// <param name="Nodes">Agents.</param>
/// <param name="Services">Services.</param>
/// <param name="Replicas">Tasks of each.</param>
internal sealed record ScaleSize(string Name, int Nodes, int Services, int Replicas)
{
    public int Tasks => Services * Replicas;
}
