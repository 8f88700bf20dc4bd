namespace Warren.Clusters;

/// <summary>How far the rotation of a cluster's authority is. The numbers grow with it.</summary>
public enum RotationStep
{
    /// <summary>Nodes and managers learn to trust the new authority besides the old one, which still issues.</summary>
    Trusting = 10,

    /// <summary>The new one issues; nodes and managers get certificates of it. Those of the old one are good as well.</summary>
    Reissuing = 20,
}
