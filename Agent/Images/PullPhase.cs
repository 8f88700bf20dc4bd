namespace Warren.Agent.Images;

/// <summary>What a pull is doing. It only advances.</summary>
public enum PullPhase
{
    /// <summary>Asks the registry what the name stands for.</summary>
    Resolving = 10,

    /// <summary>Gets blobs.</summary>
    Downloading = 20,

    /// <summary>Unpacks layers.</summary>
    Unpacking = 30,

    /// <summary>The image can be run.</summary>
    Done = 40,
}
